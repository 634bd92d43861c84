import { type GraphBuilder, type Node, renameNode, subgraphs, type Value } from '../graph/index.js';

/** Ops that give something else every time. */
const RANDOM: ReadonlySet<string> = new Set([
  'Bernoulli',
  'Dropout',
  'Multinomial',
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
]);

/**
 * Computes a segment of the forward pass once more, from values of earlier segments; returns the new names of its values by their old ones.
 *
 * What comes from earlier segments passes a `Where` whose branches are both that value and whose condition is taken from `gradients`. So
 * the new nodes cannot run before these gradients are there, in whatever order ONNX Runtime runs what is ready, nor can it merge them with the nodes
 * they repeat. What reads inputs and weights alone is not repeated.
 *
 * @param made names of all values that the forward pass computes
 * @param gradients what the backward pass knows where it arrives at the end of the segment
 */
export function recompute(
  b: GraphBuilder,
  segment: readonly Node[],
  made: ReadonlySet<string>,
  gradients: readonly Value[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const there = gradients.filter(({ dims }) => !dims.includes(0)).map((gradient) => anyElement(b, gradient));
  const [first, ...others] = there;
  if (first === undefined) return names;
  const condition = others.reduce((all, one) => b.op('And', [all, one]), first);
  for (const node of segment) {
    if (RANDOM.has(node.op) || subgraphs(node).length > 0) continue;
    for (const name of node.inputs) if (made.has(name) && !names.has(name) && canWait(b.value(name))) names.set(name, wait(b, condition, name));
    if (!node.inputs.some((name) => names.has(name))) continue;
    for (const name of node.outputs) if (name !== '') names.set(name, b.fresh(`${name}.again`));
    b.node({ ...renameNode(node, names), name: names.get(node.outputs[0] ?? '') ?? node.name });
  }
  return names;
}

/** ONNX Runtime's Where takes no others among the types of activations. */
function canWait({ type }: Value): boolean {
  return type === 'float32' || type === 'float64';
}

function wait(b: GraphBuilder, condition: Value, name: string): string {
  return b.where(condition, b.value(name), b.value(name)).name;
}

/** Some element as a scalar; it does not matter which. */
function anyElement(b: GraphBuilder, x: Value): Value {
  const flat = x.dims.length === 0 ? b.reshape(x, [1]) : x;
  const axes = [...flat.dims.keys()];
  const corner = b.slice(
    flat,
    axes.map(() => 0),
    axes.map(() => 1),
    axes,
  );
  return b.cast(b.reshape(corner, []), 'bool');
}
