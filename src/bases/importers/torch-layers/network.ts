import { type DataType, fail, isFloat, permute, Random, type Tensor, toFloat32 } from '../../../core/index.js';
import { type AttributeValue, type Dim, MODERN_OPSET, type Model, type StandardOp } from '../../../engine/graph/index.js';
import { LayerGraph } from '../layer-graph.js';
import type { StateDict, StoredWeight } from '../state-dict/index.js';

const IR_VERSION = 10;
/** Standard deviation of the weights of a new layer, as `initializer_range` of most published models. */
const NEW_WEIGHT_DEVIATION = 0.02;

/** A value of the network. A dimension is a number, a name (`batch`, `sequence`), or `null` where it follows from others. */
export interface Value {
  readonly net: Network;
  readonly name: string;
  readonly type: DataType;
  readonly dims: readonly Dim[];
}

/** How a weight lies in the graph: as in the file, or with the axes of a matrix exchanged. */
export type Arrangement = 'stored' | 'transposed';

/** A weight that a layer uses: from the file, or new. */
interface Parameter {
  readonly stored: StoredWeight | undefined;
  readonly dims: readonly number[];
  readonly arrangement: Arrangement;
}

export interface NetworkOptions {
  /** Names of layers that may be without weights in the file, which then begin anew: the head of a model that was only pretrained. */
  readonly mayBeNew?: RegExp;
}

/** What a finished network tells beside its graph. */
export interface Finished {
  readonly model: Model;
  /** Weights that lie in the graph as in the file. */
  readonly stored: readonly string[];
  /** Weights that lie in the graph with their axes exchanged. */
  readonly transposed: readonly string[];
  readonly initialised: readonly string[];
  readonly unused: readonly string[];
}

/**
 * A network of PyTorch modules as an ONNX graph of opset 21. Parameters keep their names and values of modules are named after them
 * (`layer1.0.conv1`), so that what PyTorch calls a layer is called so here. Widths are those of the weights; nothing is read before the end.
 */
export class Network {
  readonly #graph = new LayerGraph();
  readonly #weights: StateDict;
  readonly #mayBeNew: RegExp | undefined;
  readonly #parameters = new Map<string, Parameter>();

  constructor(weights: StateDict, { mayBeNew }: NetworkOptions = {}) {
    this.#weights = weights;
    this.#mayBeNew = mayBeNew;
  }

  input(name: string, type: DataType, dims: readonly Dim[]): Value {
    const unique = this.#graph.unique(name);
    this.#graph.input(unique, type, dims);
    return { net: this, name: unique, type, dims };
  }

  /** Images `[batch, channels, height, width]`. */
  images(size: readonly [number, number], channels = 3, name = 'images'): Value {
    return this.input(name, 'float32', ['batch', channels, ...size]);
  }

  has(weight: string): boolean {
    return this.#weights.has(weight);
  }

  /** How many of `${prefix}0`, `${prefix}1`, … the file has weights of. */
  countOf(prefix: string): number {
    const indices = new Set<string>();
    for (const name of this.#weights.keys()) if (name.startsWith(prefix)) indices.add(name.slice(prefix.length).split('.')[0] ?? '');
    let count = 0;
    while (indices.has(String(count))) count++;
    return count;
  }

  /** The dimensions of a weight in the file. @throws IMPORT_WEIGHT_MISSING */
  dimsOf(weight: string): readonly number[] {
    return this.#weights.get(weight)?.dims ?? missing(weight);
  }

  /** Weights of the file that no layer used so far. */
  get unused(): readonly string[] {
    return [...this.#weights.keys()].filter((weight) => !this.#parameters.has(weight));
  }

  /** Weights so far that the file does not hold. */
  get initialised(): readonly string[] {
    return [...this.#parameters].flatMap(([weight, { stored }]) => (stored ? [] : [weight]));
  }

  /** Whether a layer that the file has no weights of may begin anew. */
  mayBeNew(layer: string): boolean {
    return this.#mayBeNew?.test(layer) ?? false;
  }

  /**
   * Makes a weight of the file an initialiser of the same name.
   * @param expected its dimensions as the file has them, as far as they are known; of a new weight all
   * @throws IMPORT_WEIGHT_MISSING, IMPORT_WEIGHT_SHAPE
   */
  parameter(weight: string, expected: readonly (number | undefined)[], arrangement: Arrangement = 'stored'): Value {
    const stored = this.#weights.get(weight);
    const dims = stored ? checkDims(weight, stored.dims, expected) : this.#newDims(weight, expected);
    const earlier = this.#parameters.get(weight);
    if (!earlier) this.#parameters.set(weight, { stored, dims, arrangement });
    else if (earlier.arrangement !== arrangement) fail('IMPORT_TOPOLOGY', { reason: `"${weight}" is used both as it is and transposed` });
    const type = stored && !isFloat(stored.type) ? stored.type : 'float32';
    return { net: this, name: weight, type, dims: arrangement === 'transposed' ? dims.toReversed() : dims };
  }

  #newDims(weight: string, expected: readonly (number | undefined)[]): readonly number[] {
    const dims = expected.filter((dim) => dim !== undefined);
    return this.mayBeNew(weight) && dims.length === expected.length ? dims : missing(weight);
  }

  /** A fixed tensor. Of numbers it is a Constant node, since a float initialiser would be a parameter. */
  constant(hint: string, tensor: Tensor): Value {
    if (isFloat(tensor.type)) return this.op(hint, 'Constant', [], tensor.dims, { value: tensor }, tensor.type);
    const name = this.#graph.initializer(this.#graph.unique(hint), () => tensor);
    return { net: this, name, type: tensor.type, dims: tensor.dims };
  }

  /** Adds a node with one output, named `hint` or, where that is taken, `hint_1` … */
  op(
    hint: string,
    op: StandardOp,
    inputs: readonly (Value | undefined)[],
    dims: readonly Dim[],
    values: Readonly<Record<string, AttributeValue>> = {},
    type: DataType = inputs[0]?.type ?? 'float32',
  ): Value {
    const names = inputs.map((input) => input?.name ?? '');
    return { net: this, name: this.#graph.node(hint, op, names, values)[0] ?? '', type, dims };
  }

  /** Adds a node with several outputs of the type of its first input. */
  outputs(
    hint: string,
    op: StandardOp,
    inputs: readonly Value[],
    dims: readonly (readonly Dim[])[],
    values: Readonly<Record<string, AttributeValue>> = {},
  ): Value[] {
    const names = this.#graph.node(
      hint,
      op,
      inputs.map(({ name }) => name),
      values,
      dims.length,
    );
    return names.map((name, i) => ({ net: this, name, type: inputs[0]?.type ?? 'float32', dims: dims[i] ?? [] }));
  }

  /** Gives a computed value the name of the module whose result it is. */
  rename(x: Value, name: string): Value {
    const unique = this.#graph.free(name);
    if (this.#graph.rename(x.name, unique, 0)) return { ...x, name: unique };
    return this.op(unique, 'Identity', [x], x.dims);
  }

  /**
   * Reads the weights and ends the graph with these outputs, by name.
   * @throws IMPORT_TOPOLOGY, and the errors of the file
   */
  async finish(name: string, outputs: Readonly<Record<string, Value>>): Promise<Finished> {
    const ends = Object.entries(outputs).map(([output, value]) => this.rename(value, output));
    const graph = this.#graph.finish(name, ends);
    const initializers = new Map(graph.initializers);
    for (const [weight, parameter] of this.#parameters) initializers.set(weight, await load(weight, parameter));
    const used = [...this.#parameters];
    const arranged = (as: Arrangement): string[] => used.flatMap(([weight, { arrangement }]) => (arrangement === as ? [weight] : []));
    return {
      model: {
        irVersion: IR_VERSION,
        producer: { name: 'regraft', version: '' },
        opsets: new Map([['', MODERN_OPSET]]),
        metadata: new Map(),
        functions: [],
        graph: { ...graph, initializers },
      },
      stored: arranged('stored'),
      transposed: arranged('transposed'),
      initialised: this.initialised,
      unused: this.unused,
    };
  }
}

async function load(weight: string, { stored, dims, arrangement }: Parameter): Promise<Tensor> {
  const tensor = stored ? await stored.read() : initialise(weight, dims);
  const wide = isFloat(tensor.type) ? toFloat32(tensor) : tensor;
  return arrangement === 'transposed' ? permute(wide, [1, 0]) : wide;
}

/** Matrices from N(0, 0.02²), drawn from a stream of their own; scales of normalisations one, biases zero. */
function initialise(weight: string, dims: readonly number[]): Tensor {
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  const random = new Random(0, weight);
  if (dims.length > 1) for (let i = 0; i < data.length; i++) data[i] = NEW_WEIGHT_DEVIATION * random.normal();
  else if (weight.endsWith('.weight')) data.fill(1);
  return { type: 'float32', dims, data };
}

function checkDims(weight: string, actual: readonly number[], expected: readonly (number | undefined)[]): readonly number[] {
  if (actual.length === expected.length && expected.every((dim, i) => dim === undefined || dim === actual[i])) return actual;
  return fail('IMPORT_WEIGHT_SHAPE', {
    weight,
    actual: actual.join(', '),
    layer: layerOf(weight),
    expected: `[${expected.map((dim) => dim ?? '…').join(', ')}]`,
  });
}

function missing(weight: string): never {
  return fail('IMPORT_WEIGHT_MISSING', { layer: layerOf(weight), weight: weight.slice(weight.lastIndexOf('.') + 1) });
}

function layerOf(weight: string): string {
  return weight.slice(0, Math.max(0, weight.lastIndexOf('.')));
}
