import { rowOf, sizeOf } from '../../../core/index.js';
import { attribute, type Graph, type Node, type UseDef, useDef } from '../../../engine/graph/index.js';
import { findParameters } from '../parameters.js';

/** One place where a layer is applied; weights may be shared. */
export interface Use {
  readonly node: Node;
  /** What the layer is applied to. */
  readonly input: string;
  /** What its node gives: with the bias where the op takes one (Gemm, Conv), without it where an Add follows. */
  readonly output: string;
  /** The bias that the node itself adds. */
  readonly innerBias: string | undefined;
  /** Where the result stands with its bias: the node that gives it, and the value. */
  readonly result: { readonly node: Node; readonly value: string };
  readonly bias: string | undefined;
}

/** A linear layer, a convolution without groups or an embedding, whatever op computes it. */
export interface Layer {
  /** That of its weight without `.weight`, as PyTorch names modules; of a weight without a name, that of its node. */
  readonly name: string;
  readonly weight: string;
  readonly kind: 'linear' | 'convolution' | 'embedding';
  /** Whether the weight lies as `[out, in]`, as in PyTorch, or `[in, out]`. Convolutions are `[out, in, …kernel]`, embeddings `[entries, width]`. */
  readonly outFirst: boolean;
  /** Width of the input; entries of an embedding. */
  readonly from: number;
  readonly to: number;
  /** Dimensions of the kernel; empty for other layers. */
  readonly kernel: readonly number[];
  readonly uses: readonly Use[];
}

/** What a node makes of its inputs, as far as it is a layer's. */
type Found = Pick<Layer, 'kind' | 'outFirst'> & Pick<Use, 'input' | 'innerBias'> & { readonly weight: string };

/** A weight as it is stored, or with its axes exchanged on the way to the node. */
interface Source {
  readonly name: string;
  readonly turned: boolean;
}

type SourceOf = (value: string) => Source | undefined;
type Reader = (node: Node, sourceOf: SourceOf) => Found | undefined;

/** One row an op that layers are made of. */
const readers: Readonly<Record<string, Reader>> = {
  MatMul: ({ inputs: [x = '', w = ''] }, sourceOf) => {
    const source = sourceOf(w);
    return source && { kind: 'linear', weight: source.name, outFirst: source.turned, input: x, innerBias: undefined };
  },
  Gemm: (node, sourceOf) => {
    const [x = '', w = '', c] = node.inputs;
    const source = sourceOf(w);
    const plain = attribute.int(node, 'transA', 0) === 0 && attribute.float(node, 'alpha', 1) === 1 && attribute.float(node, 'beta', 1) === 1;
    if (!source || !plain) return undefined;
    return {
      kind: 'linear',
      weight: source.name,
      outFirst: source.turned !== (attribute.int(node, 'transB', 0) === 1),
      input: x,
      innerBias: c || undefined,
    };
  },
  Conv: (node, sourceOf) => {
    const [x = '', w = '', c] = node.inputs;
    const source = sourceOf(w);
    if (!source || source.turned || attribute.int(node, 'group', 1) !== 1) return undefined;
    return { kind: 'convolution', weight: source.name, outFirst: true, input: x, innerBias: c || undefined };
  },
  Gather: (node, sourceOf) => {
    const [w = '', ids = ''] = node.inputs;
    const source = sourceOf(w);
    if (!source || source.turned || attribute.int(node, 'axis', 0) !== 0) return undefined;
    return { kind: 'embedding', weight: source.name, outFirst: false, input: ids, innerBias: undefined };
  },
};

/** The layers of a graph in the order the data flows, matched by what computes them and not by the class of the model. */
export function findLayers(graph: Graph): Layer[] {
  const uses = useDef(graph);
  const weights = new Map(findParameters(graph).map(({ name, dims }) => [name, dims]));
  const sourceOf = (value: string): Source | undefined => weightBehind(value, uses, weights);
  const found = new Map<string, Layer & { readonly uses: Use[] }>();
  const names = new Set<string>();
  for (const node of graph.nodes) {
    const read = node.domain === '' ? rowOf(readers, node.op)?.(node, sourceOf) : undefined;
    const dims = weights.get(read?.weight ?? '');
    if (!read || !dims || dims.length !== (read.kind === 'convolution' ? Math.max(3, dims.length) : 2)) continue;
    const key = `${read.kind} ${read.outFirst} ${read.weight}`;
    const layer = found.get(key) ?? { ...shapeOf(read, dims), name: nameOf(read.weight, node, names), uses: [] };
    found.set(key, layer);
    layer.uses.push(useOf(node, read, layer, uses, weights));
  }
  return [...found.values()];
}

function shapeOf({ kind, outFirst, weight }: Found, dims: readonly number[]): Omit<Layer, 'name' | 'uses'> {
  const [first = 0, second = 0, ...kernel] = dims;
  return { weight, kind, outFirst, kernel, from: outFirst ? second : first, to: outFirst ? first : second };
}

/** The parameter that a value is, as it is or behind Transpose and Identity nodes. */
function weightBehind(value: string, uses: UseDef, weights: ReadonlyMap<string, readonly number[]>): Source | undefined {
  let [name, turned] = [value, false];
  while (!weights.has(name)) {
    const node = uses.producer(name);
    if (node?.op === 'Transpose' && String(attribute.ints(node, 'perm') ?? [1, 0]) === '1,0') turned = !turned;
    else if (node?.op !== 'Identity') return undefined;
    name = node.inputs[0] ?? '';
  }
  return { name, turned };
}

function useOf(node: Node, read: Found, { to }: Layer, uses: UseDef, weights: ReadonlyMap<string, readonly number[]>): Use {
  const [output = ''] = node.outputs;
  const own = { node, input: read.input, output, innerBias: read.innerBias };
  const [next, ...others] = uses.consumers(output);
  const bias = next?.op === 'Add' ? next.inputs.find((name) => name !== output) : undefined;
  const isBias = bias !== undefined && sizeOf(weights.get(bias) ?? []) === to && weights.get(bias)?.length === 1;
  const apart = read.kind === 'linear' && others.length === 0 && isBias && !uses.isOutput(output);
  if (apart && !read.innerBias) return { ...own, bias, result: { node: next as Node, value: next?.outputs[0] ?? '' } };
  return { ...own, bias: read.innerBias, result: { node, value: output } };
}

/** Names that exporters give to weights that they moved, such as `onnx::MatMul_123`. */
const UNNAMED = /^(onnx::\w+|val_\d+|\d+)$/;

function nameOf(weight: string, node: Node, taken: Set<string>): string {
  const named = weight.replace(/[./](weight|kernel)(:0)?$/i, '');
  const byNode = (node.name || (node.outputs[0] ?? ''))
    .replace(/\/(MatMul|Gemm|Conv|Gather)(_\d+)?$/, '')
    .replace(/^\//, '')
    .replaceAll('/', '.');
  const name = UNNAMED.test(weight) || taken.has(named) ? byNode : named;
  taken.add(name);
  return name;
}
