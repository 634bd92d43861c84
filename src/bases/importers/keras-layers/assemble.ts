import { fromNumbers } from '../../../core/index.js';
import type { Dim, Model } from '../../../engine/graph/index.js';
import { LayerGraph } from '../layer-graph.js';
import type { Dialect, LayerScope } from './scope.js';
import { converterOf } from './table.js';
import { fromChannelsFirst, type KerasTensor, storedDims } from './tensor.js';
import { broken, type InputSpec, type LayerSpec, type ModelSpec, type Operand, type TensorRef } from './topology.js';
import type { WeightStore } from './weights.js';

const OPSET = 21;
const IR_VERSION = 10;

interface Context {
  readonly graph: LayerGraph;
  readonly weights: WeightStore;
  readonly dialect: Dialect;
  readonly parents: readonly string[];
}

/**
 * A Keras model as an ONNX model of opset 21. Every layer's value is named after the layer, every parameter as in the file.
 * Image inputs `[N, H, W, C]` become `[N, C, H, W]`, and so does everything spatial up to the outputs, which keep the order and
 * the numbers of the original.
 * @throws IMPORT_LAYER_UNKNOWN, IMPORT_LAYER_OPTION, IMPORT_WEIGHT_MISSING, IMPORT_WEIGHT_SHAPE, IMPORT_TOPOLOGY
 */
export function assembleModel(spec: ModelSpec, weights: WeightStore, dialect: Dialect): Model {
  const graph = new LayerGraph();
  const context = { graph, weights, dialect, parents: [] };
  const imagesFirst = !usesChannelsFirst(spec);
  const inputs = spec.inputs.map((ref) => graphInput(graph, ref.layer, inputOf(spec, ref), imagesFirst));
  const outputs = runModel(context, spec, inputs).map((output) => graphOutput(graph, output));
  return {
    irVersion: IR_VERSION,
    producer: { name: 'regraft', version: '' },
    opsets: new Map([['', OPSET]]),
    metadata: new Map(),
    functions: [],
    graph: graph.finish(
      spec.name,
      outputs.map((output) => ({ ...output, dims: storedDims(output) })),
    ),
  };
}

function usesChannelsFirst(spec: ModelSpec): boolean {
  return spec.layers.some((layer) =>
    layer.kind === 'model' ? usesChannelsFirst(layer.model) : layer.kind === 'layer' && layer.config.raw('data_format') === 'channels_first',
  );
}

function inputOf(spec: ModelSpec, ref: TensorRef): InputSpec {
  const layer = spec.layers.find((candidate) => candidate.name === ref.layer);
  return layer?.kind === 'input' ? layer.input : broken(`the input "${ref.layer}" is not an InputLayer`);
}

function graphInput(graph: LayerGraph, layer: string, { shape, type }: InputSpec, imagesFirst: boolean): KerasTensor {
  const name = graph.unique(layer);
  const named = shape.map((dim, axis): Dim => dim ?? (axis === 0 ? 'batch' : `${name}_dim${axis}`));
  const layout = imagesFirst && shape.length >= 4 && type === 'float32' ? 'channels-first' : 'keras';
  const x: KerasTensor = { name, type, shape: [typeof named[0] === 'number' ? 'batch' : (named[0] ?? 'batch'), ...named.slice(1)], layout };
  graph.input(name, type, storedDims(x));
  return x;
}

/** Spatial outputs go back to Keras' order. */
function graphOutput(graph: LayerGraph, x: KerasTensor): KerasTensor {
  if (x.layout === 'keras') return x;
  const perm = fromChannelsFirst(x.shape.length);
  return { ...x, name: graph.node(`${x.name}/channels_last`, 'Transpose', [x.name], { perm })[0] ?? '', layout: 'keras' };
}

interface PendingCall {
  readonly layer: LayerSpec;
  readonly call: number;
  readonly operands: readonly Operand[];
}

/** Runs the calls of all layers, each as soon as its inputs are there. */
function runModel(context: Context, spec: ModelSpec, inputs: readonly KerasTensor[]): KerasTensor[] {
  const values = new CallValues(spec);
  for (const [i, ref] of spec.inputs.entries()) values.set(ref.layer, ref.call, inputs.slice(i, i + 1));
  const layers = spec.layers.filter((layer) => layer.kind !== 'input');
  let pending = layers.flatMap((layer) => layer.calls.map((operands, call): PendingCall => ({ layer, call, operands })));
  while (pending.length > 0) {
    const waiting = pending.filter((item) => !runCall(context, item, values));
    if (waiting.length === pending.length) broken(`layer "${waiting[0]?.layer.name}" waits for values that no layer makes`);
    pending = waiting;
  }
  return spec.outputs.map((ref) => values.get(ref) ?? broken(`output "${ref.layer}" is made by no layer`));
}

/** The values of the calls made so far. */
class CallValues {
  readonly #values = new Map<string, readonly KerasTensor[]>();
  /** Keras counts the making of a nested model as its first call, so that references to it may begin at 1. */
  readonly #offsets = new Map<string, number>();

  constructor(spec: ModelSpec) {
    const refs = [...spec.outputs, ...spec.layers.flatMap((layer) => layer.calls.flat().filter((operand) => typeof operand !== 'number'))];
    for (const layer of spec.layers) {
      if (layer.kind !== 'model') continue;
      const last = Math.max(...refs.filter((ref) => ref.layer === layer.name).map((ref) => ref.call));
      if (last === layer.calls.length) this.#offsets.set(layer.name, 1);
    }
  }

  set(layer: string, call: number, outputs: readonly KerasTensor[]): void {
    this.#values.set(`${layer}\n${call}`, outputs);
  }

  get({ layer, call, output }: TensorRef): KerasTensor | undefined {
    return this.#values.get(`${layer}\n${call - (this.#offsets.get(layer) ?? 0)}`)?.[output];
  }
}

/** Whether the call could be made. */
function runCall(context: Context, { layer, call, operands }: PendingCall, values: CallValues): boolean {
  const inputs = operands.map((operand) => (typeof operand === 'number' ? operand : values.get(operand)));
  if (!inputs.every((input) => input !== undefined)) return false;
  const tensors = inputs.map((input) => (typeof input === 'number' ? numberTensor(context.graph, layer.name, input) : input));
  values.set(layer.name, call, convertLayer(context, layer, tensors));
  return true;
}

/** A number as a tensor of no dimensions. It is a Constant node, since a float initialiser would be a parameter. */
function numberTensor(graph: LayerGraph, layer: string, number: number): KerasTensor {
  const [name = ''] = graph.node(`${layer}/number`, 'Constant', [], { value: fromNumbers('float32', [], [number]) });
  return { name, type: 'float32', shape: [], layout: 'keras' };
}

function convertLayer(context: Context, layer: LayerSpec, inputs: readonly KerasTensor[]): readonly KerasTensor[] {
  const { graph, parents } = context;
  const start = graph.nodeCount;
  if (layer.kind === 'layer') {
    const scope: LayerScope = { ...context, config: layer.config };
    const result = converterOf(layer.name, layer.config.type)(scope, inputs);
    return [named(scope, layer.name, result, start)];
  }
  if (layer.kind === 'input') return inputs;
  const outputs = runModel({ ...context, parents: [...parents, layer.name] }, layer.model, inputs);
  return outputs.map((x, i) => rename(graph, x, graph.free(i === 0 ? layer.name : `${layer.name}/${i}`), Number.POSITIVE_INFINITY));
}

/** Names the value of a layer after it; where the name is taken, with the models around it in front. */
function named({ graph, parents }: LayerScope, layer: string, x: KerasTensor, start: number): KerasTensor {
  return rename(graph, x, graph.free(layer, [...parents, layer].join('/')), start);
}

/** Gives a value another name: that of the node that made it, if it came after `start`, else through an Identity. */
function rename(graph: LayerGraph, x: KerasTensor, name: string, start: number): KerasTensor {
  if (graph.rename(x.name, name, start)) return { ...x, name };
  return { ...x, name: graph.node(name, 'Identity', [x.name])[0] ?? '' };
}
