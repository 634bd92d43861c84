import { fail, float32, permute, reshaped, rowOf, type Tensor } from '../../../../core/index.js';
import type { AttributeValue, StandardOp } from '../../../../engine/graph/index.js';
import type { LayerConfig } from '../config.js';
import { emit, inKerasOrder, ints, type LayerConverter, type LayerScope, needWeight, parameter, unary } from '../scope.js';
import type { KerasTensor } from '../tensor.js';
import type { NamedTensor } from '../weights.js';
import { directionsOf, innerScope } from './wrapped.js';

/** What differs between LSTM, GRU and SimpleRNN. */
interface Cell {
  readonly op: Extract<StandardOp, 'LSTM' | 'GRU' | 'RNN'>;
  /** For each ONNX gate, its place in Keras' weights. */
  readonly gates: readonly number[];
  /** Attributes from the configuration. */
  readonly attributes: (config: LayerConfig) => Readonly<Record<string, AttributeValue>>;
}

/** ONNX names of the Keras activations that its recurrent operators know without parameters of their own. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  relu: 'Relu',
  hard_sigmoid: 'HardSigmoid',
  softplus: 'Softplus',
  softsign: 'Softsign',
};

const cells = {
  LSTM: { op: 'LSTM', gates: [0, 3, 1, 2], attributes: () => ({}) },
  GRU: { op: 'GRU', gates: [0, 1, 2], attributes: (config) => ({ linear_before_reset: config.flag('reset_after', false) }) },
  SimpleRNN: { op: 'RNN', gates: [0], attributes: () => ({}) },
} as const satisfies Readonly<Record<string, Cell>>;

export type RecurrentType = keyof typeof cells;

/** LSTM, GRU, SimpleRNN over `[N, T, C]`. */
export const recurrent = (type: RecurrentType) =>
  unary((scope, x) => {
    const { config } = scope;
    checkOptions(config);
    const backwards = config.flag('go_backwards', false);
    const result = runCell(scope, cells[type], x, backwards);
    if (config.flag('return_sequences', false)) {
      if (backwards) config.refuse('go_backwards');
      return result.sequence();
    }
    return result.last();
  });

/** Bidirectional: the wrapped layer forwards and, with its own weights, backwards. */
export const bidirectional: LayerConverter = unary((scope, x) => {
  const [forward, backward] = directionsOf(scope.config);
  forward.require('go_backwards', false);
  return mergeDirections(scope, [runDirection(scope, forward, x, false), runDirection(scope, backward, x, true)]);
});

function runDirection(scope: LayerScope, config: LayerConfig, x: KerasTensor, backwards: boolean): KerasTensor {
  const { type } = config;
  if (!isRecurrent(type)) return scope.config.refuse('layer', type);
  checkOptions(config);
  const run = runCell(innerScope(scope, config), cells[type], x, backwards);
  return config.flag('return_sequences', false) ? run.sequence() : run.last();
}

function isRecurrent(type: string): type is RecurrentType {
  return Object.hasOwn(cells, type);
}

function mergeDirections(scope: LayerScope, [forward, backward]: readonly [KerasTensor, KerasTensor]): KerasTensor {
  const mode = scope.config.text('merge_mode', 'concat');
  if (mode === 'sum') return { ...forward, name: emit(scope, 'Add', [forward, backward]) };
  if (mode === 'mul') return { ...forward, name: emit(scope, 'Mul', [forward, backward]) };
  if (mode === 'ave') return { ...forward, name: emit(scope, 'Mean', [forward, backward]) };
  if (mode !== 'concat') scope.config.refuse('merge_mode');
  const units = Number(forward.shape.at(-1)) + Number(backward.shape.at(-1));
  return { ...forward, name: emit(scope, 'Concat', [forward, backward], { axis: -1 }), shape: [...forward.shape.slice(0, -1), units] };
}

function checkOptions(config: LayerConfig): void {
  for (const option of ['stateful', 'return_state', 'time_major']) config.require(option, false);
}

/** The values of a cell's run, taken from the operator's results when asked for. */
interface CellRun {
  /** `[N, T, units]`, in the order of the input's steps. */
  readonly sequence: () => KerasTensor;
  /** `[N, units]`, after the last step. */
  readonly last: () => KerasTensor;
}

function runCell(scope: LayerScope, cell: Cell, given: KerasTensor, backwards: boolean): CellRun {
  const x = inKerasOrder(scope, given);
  if (x.shape.length !== 3) fail('IMPORT_TOPOLOGY', { reason: `layer "${scope.config.layer}" takes [N, T, C] but is given ${x.shape.length} axes` });
  const units = scope.config.number('units');
  const steps = emit(scope, 'Transpose', [x], { perm: [1, 0, 2] });
  const values = { hidden_size: units, direction: backwards ? 'reverse' : 'forward', ...functions(scope, cell), ...cell.attributes(scope.config) };
  const [all = '', last = ''] = scope.graph.node(`${scope.config.layer}/${cell.op}`, cell.op, [steps, ...cellWeights(scope, cell, units)], values, 2);
  const squeezed = (name: string, axis: number): string => emit(scope, 'Squeeze', [name, ints(scope, 'axes', [axis])]);
  const [batch = null, length = null] = x.shape;
  return {
    sequence: () => ({ ...x, name: emit(scope, 'Transpose', [squeezed(all, 1)], { perm: [1, 0, 2] }), shape: [batch, length, units] }),
    last: () => ({ ...x, name: squeezed(last, 0), shape: [batch, units] }),
  };
}

/** The operator's activations: that of the gates, and that of the state. */
function functions({ config, dialect }: LayerScope, { op }: Cell): Readonly<Record<string, AttributeValue>> {
  const state = config.functionName('activation', 'tanh');
  const gate = config.functionName('recurrent_activation', 'sigmoid');
  const keras = op === 'RNN' ? [state] : op === 'GRU' ? [gate, state] : [gate, state, state];
  const activations = keras.map(
    (name) => rowOf(ACTIVATIONS, name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()) ?? config.refuse('activation', name),
  );
  if (activations.includes('HardSigmoid') && dialect.hardSigmoidSlope !== 0.2) config.refuse('recurrent_activation');
  return { activations };
}

/** W `[1, gates · units, C]`, R `[1, gates · units, units]` and B `[1, 2 · gates · units]` from Keras' kernels. */
function cellWeights(scope: LayerScope, cell: Cell, units: number): string[] {
  const width = cell.gates.length * units;
  const kernel = ofWidth(scope, needWeight(scope, 2, 'kernel'), width);
  const recurrentKernel = ofWidth(scope, needWeight(scope, 2, 'recurrent_kernel'), width);
  const arrange = (tensor: Tensor): Tensor => {
    const turned = gateOrder(permute(tensor, [1, 0]), cell.gates, units);
    return reshaped(turned, [1, ...turned.dims]);
  };
  const weights = [parameter(scope, kernel, arrange), parameter(scope, recurrentKernel, arrange)];
  if (!scope.config.flag('use_bias', true)) return weights;
  const rank = cell.op === 'GRU' && scope.config.flag('reset_after', false) ? 2 : 1;
  const bias = ofWidth(scope, needWeight(scope, rank, 'bias'), width);
  if (bias.tensor.data.length !== rank * width) wrongShape(scope, bias, `${rank * width} elements`);
  return [...weights, parameter(scope, bias, (tensor) => bothBiases(tensor, cell.gates, units))];
}

/** A weight with as many columns as the gates have units. @throws IMPORT_WEIGHT_SHAPE */
function ofWidth(scope: LayerScope, weight: NamedTensor, width: number): NamedTensor {
  return weight.tensor.dims.at(-1) === width ? weight : wrongShape(scope, weight, `${width} in the last dimension`);
}

function wrongShape({ config }: LayerScope, { name, tensor }: NamedTensor, expected: string): never {
  return fail('IMPORT_WEIGHT_SHAPE', { weight: name, actual: tensor.dims.join(', '), layer: config.layer, expected });
}

/** The rows of each gate, in ONNX's order. */
function gateOrder(source: Tensor, gates: readonly number[], units: number): Tensor {
  const row = source.data.length / (gates.length * units);
  const data = new Float32Array(source.data.length);
  for (const [to, from] of gates.entries()) {
    data.set((source.data as Float32Array).subarray(from * units * row, (from + 1) * units * row), to * units * row);
  }
  return { type: 'float32', dims: source.dims, data };
}

/** Keras has one bias, or with `reset_after` one for the input and one for the state; ONNX always has both. */
function bothBiases(bias: Tensor, gates: readonly number[], units: number): Tensor {
  const size = gates.length * units;
  const data = new Float32Array(2 * size);
  for (let half = 0; half * size < bias.data.length; half++) {
    const part = float32([size], (bias.data as Float32Array).subarray(half * size, (half + 1) * size));
    data.set(gateOrder(part, gates, units).data as Float32Array, half * size);
  }
  return float32([1, 2 * size], data);
}
