import { fail } from '../../../core/index.js';
import { attribute, type GraphBuilder, type Node, type Value } from '../../graph/index.js';
import type { GradientRule, Rules } from '../rule.js';

/** A node's inputs as the specification numbers them. */
type Inputs = readonly (Value | undefined)[];

/** The state a cell carries from step to step, [N, H]. */
interface State {
  readonly hidden: Value;
  /** LSTM only. */
  readonly cell?: Value;
}

/** One direction's weights, and what a step needs of the node. */
interface Direction {
  readonly b: GraphBuilder;
  /** W [gates·H, I], R [gates·H, H]. */
  readonly input: Value;
  readonly recurrence: Value;
  /** [gates·H] each. */
  readonly inputBias: Value | undefined;
  readonly recurrenceBias: Value | undefined;
  /** Peepholes of the input, output and forget gates, [H] each. */
  readonly peepholes: readonly Value[] | undefined;
  readonly activations: readonly Activation[];
  readonly linearBeforeReset: boolean;
  readonly coupled: boolean;
}

type Activation = (x: Value) => Value;

/** A recurrent cell of ONNX. */
interface Cell {
  /** Names of the activations, one direction's. */
  readonly activations: readonly string[];
  /** Whether the recurrence bias is added to the input part, before all steps. */
  readonly mergesBias: (direction: Direction) => boolean;
  /** The next state from this step's input part X Wᵀ [N, gates·H] and the state. */
  readonly step: (direction: Direction) => (part: Value, state: State) => State;
}

const split = (b: GraphBuilder, x: Value, parts: number, axis: number): Value[] =>
  parts === 1 ? [x] : b.outputs('Split', [x], { axis, num_outputs: parts }, parts);

/** The first `parts − 1` of equal parts of an axis in one piece, and the last. */
function splitLast(b: GraphBuilder, x: Value, parts: number, axis: number): [Value, Value] {
  const size = (x.dims[axis] as number) / parts;
  return b.outputs('Split', [x, b.ints([(parts - 1) * size, size])], { axis }, 2) as [Value, Value];
}

/** H Rᵀ + addend. */
const recur = (b: GraphBuilder, hidden: Value, recurrence: Value, addend: Value | undefined): Value =>
  b.op('Gemm', addend ? [hidden, recurrence, addend] : [hidden, recurrence], { transB: 1 });

const rnn: Cell = {
  activations: ['Tanh'],
  mergesBias: () => true,
  step: ({ b, recurrence, activations: [f] }) => {
    const activate = f as Activation;
    return (part, { hidden }) => ({ hidden: activate(recur(b, hidden, recurrence, part)) });
  },
};

/** Gates z, r, h: H' = (1 − z) ⊙ h + z ⊙ H. */
const gru: Cell = {
  activations: ['Sigmoid', 'Tanh'],
  mergesBias: (d) => !d.linearBeforeReset,
  step: (d) => {
    const { b, linearBeforeReset } = d;
    const [f, g] = d.activations as [Activation, Activation];
    const [gates, candidate] = splitLast(b, d.recurrence, 3, 0);
    const bias = linearBeforeReset && d.recurrenceBias ? splitLast(b, d.recurrenceBias, 3, 0) : undefined;
    return (part, { hidden }) => {
      const [xGates, xCandidate] = splitLast(b, part, 3, 1);
      const sums = recur(b, hidden, gates, xGates);
      const [z, r] = split(b, f(bias ? b.add(sums, bias[0]) : sums), 2, 1) as [Value, Value];
      const h = g(
        linearBeforeReset ? b.add(xCandidate, b.mul(r, recur(b, hidden, candidate, bias?.[1]))) : recur(b, b.mul(r, hidden), candidate, xCandidate),
      );
      return { hidden: b.add(h, b.mul(z, b.sub(hidden, h))) };
    };
  },
};

/** Gates i, o, f, c: C' = f ⊙ C + i ⊙ c, H' = o ⊙ h(C'). */
const lstm: Cell = {
  activations: ['Sigmoid', 'Tanh', 'Tanh'],
  mergesBias: () => true,
  step: ({ b, recurrence, peepholes, coupled, activations }) => {
    const [f, g, h] = activations as [Activation, Activation, Activation];
    return (part, { hidden, cell }) => {
      const before = cell as Value;
      const [sums, candidate] = splitLast(b, recur(b, hidden, recurrence, part), 4, 1);
      // Without peepholes the three gates are activated in one go.
      const [xi, xo, xf] = split(b, peepholes ? sums : f(sums), 3, 1) as [Value, Value, Value];
      const activate = (x: Value, index: number, peeked: Value): Value => (peepholes ? f(b.add(x, b.mul(peepholes[index] as Value, peeked))) : x);
      const input = activate(xi, 0, before);
      const forget = coupled ? b.sub(1, input) : activate(xf, 2, before);
      const after = b.add(b.mul(forget, before), b.mul(input, g(candidate)));
      return { hidden: b.mul(activate(xo, 1, after), h(after)), cell: after };
    };
  },
};

/** Activations by their names in ONNX, with the default α and β. */
const ACTIVATIONS: Readonly<
  Record<string, { readonly defaults: readonly number[]; readonly build: (b: GraphBuilder, x: Value, alpha: number, beta: number) => Value }>
> = {
  affine: { defaults: [1, 0], build: (b, x, alpha, beta) => b.add(b.mul(x, alpha), beta) },
  elu: { defaults: [1], build: (b, x, alpha) => b.op('Elu', [x], { alpha }) },
  hardsigmoid: { defaults: [0.2, 0.5], build: (b, x, alpha, beta) => b.op('HardSigmoid', [x], { alpha, beta }) },
  leakyrelu: { defaults: [0.01], build: (b, x, alpha) => b.op('LeakyRelu', [x], { alpha }) },
  relu: { defaults: [], build: (b, x) => b.op('Relu', [x]) },
  scaledtanh: { defaults: [1, 1], build: (b, x, alpha, beta) => b.mul(b.op('Tanh', [b.mul(x, beta)]), alpha) },
  sigmoid: { defaults: [], build: (b, x) => b.op('Sigmoid', [x]) },
  softplus: { defaults: [], build: (b, x) => b.op('Softplus', [x]) },
  softsign: { defaults: [], build: (b, x) => b.op('Softsign', [x]) },
  tanh: { defaults: [], build: (b, x) => b.op('Tanh', [x]) },
  thresholdedrelu: { defaults: [1], build: (b, x, alpha) => b.op('ThresholdedRelu', [x], { alpha }) },
};

/** The activations of all directions; α and β are handed out in order to those that take them. */
function activationsOf(b: GraphBuilder, node: Node, names: readonly string[]): Activation[] {
  const alphas = [...(attribute.floats(node, 'activation_alpha') ?? [])];
  const betas = [...(attribute.floats(node, 'activation_beta') ?? [])];
  const clip = attribute.float(node, 'clip', 0);
  const bounded = (x: Value): Value => (clip > 0 ? b.op('Clip', [x, b.scalar(x.type, -clip), b.scalar(x.type, clip)]) : x);
  return names.map((name) => {
    const row =
      ACTIVATIONS[name.toLowerCase()] ?? fail('AUTODIFF_UNSUPPORTED', { op: node.op, node: node.name, reason: `its activation is ${name}` });
    const [alpha = 0, beta = 0] = row.defaults.map((otherwise, i) => (i === 0 ? alphas : betas).shift() ?? otherwise);
    return (x) => row.build(b, bounded(x), alpha, beta);
  });
}

/** `x[index]` along the first axis. */
const at = (b: GraphBuilder, x: Value | undefined, index: number): Value | undefined =>
  x && b.reshape(x.dims[0] === 1 ? x : b.slice(x, [index], [index + 1], [0]), x.dims.slice(1));

/** What every direction of a node shares. */
interface Sequence {
  readonly b: GraphBuilder;
  readonly node: Node;
  readonly cell: Cell;
  /** X [T, N, I]. */
  readonly x: Value;
  /** Lengths [N] of the sequences. */
  readonly lengths: Value | undefined;
}

/** Flips the steps: of each sequence within its own length. */
function flipped({ b, lengths }: Sequence, x: Value): Value {
  if (lengths) return b.op('ReverseSequence', [x, b.cast(lengths, 'int64')], { batch_axis: 1, time_axis: 0 });
  return b.slice(x, [-1], [Number.MIN_SAFE_INTEGER], [0], [-1]);
}

/** Runs one direction over all steps: Y [T, N, H] and the last state. */
function unroll(sequence: Sequence, d: Direction, start: State): { readonly all: Value; readonly last: State } {
  const { b, x, cell, lengths } = sequence;
  const [steps, batch, width] = x.dims as [number, number, number];
  const biases = [d.inputBias, cell.mergesBias(d) ? d.recurrenceBias : undefined].filter((bias) => bias !== undefined);
  const bias = biases.length === 2 ? b.add(biases[0] as Value, biases[1] as Value) : biases[0];
  const parts = recur(b, b.reshape(x, [steps * batch, width]), d.input, bias);
  const hidden: Value[] = [];
  let state = start;
  const step = cell.step(d);
  for (const [t, part] of split(b, parts, steps, 0).entries()) {
    const next = step(part, state);
    const runs = lengths && b.reshape(b.greater(b.cast(lengths, 'int64'), t), [batch, 1]);
    hidden.push(runs ? b.where(runs, next.hidden, 0) : next.hidden);
    state = runs ? frozenUnless(b, runs, next, state) : next;
  }
  const all = b.concat(
    hidden.map((h) => b.reshape(h, [1, ...h.dims])),
    0,
  );
  return { all, last: state };
}

/** A sequence that has ended keeps its state. */
function frozenUnless(b: GraphBuilder, runs: Value, next: State, state: State): State {
  const hidden = b.where(runs, next.hidden, state.hidden);
  return next.cell && state.cell ? { hidden, cell: b.where(runs, next.cell, state.cell) } : { hidden };
}

/** The outputs Y, Y_h and, for an LSTM, Y_c of a recurrent node, step by step in plain ops. */
export function unrolled(b: GraphBuilder, node: Node, inputs: Inputs, cell: Cell): Value[] {
  const batchFirst = attribute.int(node, 'layout', 0) === 1;
  const swap = (value: Value | undefined): Value | undefined => value && (batchFirst ? b.transpose(value, [1, 0, 2]) : value);
  const [, w, r, bias, lengths, , , p] = inputs;
  const sequence: Sequence = { b, node, cell, x: swap(inputs[0]) as Value, lengths };
  const [hiddens, cells] = [swap(inputs[5]), swap(inputs[6])];
  const mode = attribute.string(node, 'direction', 'forward');
  const directions = mode === 'bidirectional' ? 2 : 1;
  const names = attribute.strings(node, 'activations') ?? Array.from({ length: directions }, () => cell.activations).flat();
  const activations = activationsOf(b, node, names);
  const hiddenSize = (r as Value).dims[2] as number;
  const zero = b.expand(b.scalar(sequence.x.type, 0), [sequence.x.dims[1] as number, hiddenSize]);
  const results = Array.from({ length: directions }, (_, index) => {
    const biases = bias && split(b, at(b, bias, index) as Value, 2, 0);
    const direction: Direction = {
      b,
      input: at(b, w, index) as Value,
      recurrence: at(b, r, index) as Value,
      inputBias: biases?.[0],
      recurrenceBias: biases?.[1],
      peepholes: p && split(b, at(b, p, index) as Value, 3, 0),
      activations: activations.slice(index * cell.activations.length, (index + 1) * cell.activations.length),
      linearBeforeReset: attribute.int(node, 'linear_before_reset', 0) === 1,
      coupled: attribute.int(node, 'input_forget', 0) === 1,
    };
    const backward = mode === 'reverse' || index === 1;
    const start = { hidden: at(b, hiddens, index) ?? zero, cell: at(b, cells, index) ?? zero };
    const { all, last } = unroll(backward ? { ...sequence, x: flipped(sequence, sequence.x) } : sequence, direction, start);
    return { all: backward ? flipped(sequence, all) : all, last };
  });
  const stacked = (values: readonly Value[], axis: number): Value =>
    b.concat(
      values.map((value) => b.reshape(value, value.dims.toSpliced(axis, 0, 1))),
      axis,
    );
  const all = stacked(
    results.map((result) => result.all),
    1,
  );
  const states = [results.map(({ last }) => last.hidden), ...(cell === lstm ? [results.map(({ last }) => last.cell as Value)] : [])];
  return [batchFirst ? b.transpose(all, [2, 0, 1, 3]) : all, ...states.map((values) => swap(stacked(values, 0)) as Value)];
}

/** Through the steps, which are computed again: ONNX Runtime's fused op keeps none of the gates. */
const recurrent =
  (cell: Cell): GradientRule =>
  (c) =>
    c.through(() => unrolled(c.b, c.node, c.inputs, cell));

export const cells = { GRU: gru, LSTM: lstm, RNN: rnn } as const;

export const recurrentRules = { GRU: recurrent(gru), LSTM: recurrent(lstm), RNN: recurrent(rnn) } satisfies Rules;
