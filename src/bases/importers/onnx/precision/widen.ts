import { type DataType, type Tensor, toFloat32 } from '../../../../core/index.js';
import {
  type Attribute,
  elementTypeNumber,
  type Graph,
  type Model,
  mapSubgraphs,
  type Node,
  type StoredTensor,
  type ValueInfo,
  type ValueType,
} from '../../../../engine/graph/index.js';

/** A model in single precision, and what was in half precision before. */
export interface Widened {
  readonly model: Model;
  /** The types of half precision that there were. */
  readonly types: readonly DataType[];
  readonly weights: number;
  /** Inputs and outputs of the model that are float32 now. */
  readonly values: readonly string[];
}

const HALVES: ReadonlySet<string> = new Set<DataType>(['float16', 'bfloat16']);
const HALF_NUMBERS: ReadonlySet<number> = new Set([elementTypeNumber('float16'), elementTypeNumber('bfloat16')]);
/** Attributes that hold the number of an element type. */
const TYPE_ATTRIBUTES: ReadonlySet<string> = new Set(['to', 'dtype', 'output_datatype', 'output_dtype', 'stash_type', 'softmax_precision']);

/**
 * The model with float16 and bfloat16 as float32: ONNX Runtime has few kernels for them on a CPU, and small updates are lost in weights of half
 * precision (Micikevicius et al., "Mixed Precision Training", 2018).
 */
export function widened(model: Model): Widened {
  const widener = new Widener();
  const graph = widener.graph(model.graph);
  const values = [...model.graph.inputs, ...model.graph.outputs].filter(({ type }) => isHalf(type)).map(({ name }) => name);
  const types = [...widener.types];
  return { model: types.length === 0 ? model : { ...model, graph }, types, weights: widener.weights, values };
}

function isHalf(type: ValueType): boolean {
  return type.kind === 'tensor' ? HALVES.has(type.type) : type.kind !== 'opaque' && isHalf(type.element);
}

class Widener {
  readonly types = new Set<DataType>();
  weights = 0;

  graph(graph: Graph): Graph {
    const initializers = new Map(Array.from(graph.initializers, ([name, tensor]) => [name, this.#tensor(tensor)] as const));
    for (const [name, tensor] of initializers) if (tensor !== graph.initializers.get(name)) this.weights++;
    return {
      ...graph,
      initializers,
      inputs: graph.inputs.map((info) => this.#info(info)),
      outputs: graph.outputs.map((info) => this.#info(info)),
      valueInfo: new Map(Array.from(graph.valueInfo, ([name, type]) => [name, this.#type(type)])),
      nodes: graph.nodes.map((node) => this.#node(node)),
    };
  }

  #node(node: Node): Node {
    const inner = mapSubgraphs(node, (body) => this.graph(body));
    const entries = Object.entries(inner.attributes).map(([name, attribute]) => [name, this.#attribute(name, attribute)] as const);
    return { ...inner, attributes: Object.fromEntries(entries) };
  }

  #attribute(name: string, attribute: Attribute): Attribute {
    if (attribute.kind === 'tensor') return { kind: 'tensor', value: this.#tensor(attribute.value) };
    if (attribute.kind !== 'int' || !TYPE_ATTRIBUTES.has(name) || !HALF_NUMBERS.has(attribute.value)) return attribute;
    this.types.add(attribute.value === elementTypeNumber('float16') ? 'float16' : 'bfloat16');
    return { kind: 'int', value: elementTypeNumber('float32') };
  }

  #info(info: ValueInfo): ValueInfo {
    return { ...info, type: this.#type(info.type) };
  }

  #type(type: ValueType): ValueType {
    if (!isHalf(type)) return type;
    if (type.kind === 'tensor') {
      this.types.add(type.type as DataType);
      return { ...type, type: 'float32' };
    }
    return type.kind === 'opaque' ? type : { ...type, element: this.#type(type.element) };
  }

  #tensor(tensor: StoredTensor): StoredTensor {
    if (tensor.type === 'opaque' || !HALVES.has(tensor.type)) return tensor;
    this.types.add(tensor.type);
    return single(tensor);
  }
}

const PATTERNS = 2 ** 16;
const decoded = new Map<DataType, Float32Array>();

/** Half precision has only 65,536 numbers: a table of them is an order of magnitude faster than decoding each element. */
function single(half: Tensor): Tensor {
  if (half.data.length < PATTERNS) return toFloat32(half);
  const all = (): Tensor => toFloat32({ type: half.type, dims: [PATTERNS], data: Uint16Array.from({ length: PATTERNS }, (_, i) => i) });
  const table = decoded.get(half.type) ?? (all().data as Float32Array);
  decoded.set(half.type, table);
  const values = new Float32Array(half.data.length);
  for (let i = 0; i < values.length; i++) values[i] = table[half.data[i] as number] as number;
  return { type: 'float32', dims: half.dims, data: values };
}
