import { fail, isFloat } from '../../core/index.js';
import { type GraphBuilder, isStandardOp, type Node, reads, renameNode, shapeContext, type Value } from '../graph/index.js';
import { recompute } from './recompute.js';
import type { RuleContext, RuleRow } from './rule.js';
import { rules } from './table.js';

/**
 * Adds the backward pass of `loss` to the builder's graph.
 *
 * Reverse-mode differentiation: nodes are visited from the loss backwards; each node's rule turns the gradients of its
 * outputs into gradients of its inputs. Only nodes between a wanted value and the loss are visited.
 *
 * @param loss a scalar (`[]`) float value
 * @param wanted names of float values, in general parameters, to differentiate by; they may be intermediate values
 * @param segments the nodes so far, in order, from {@link segmentsOf}: values that no other segment reads are computed again for the backward
 * pass instead of being kept, but for the last segment's, which it needs at once
 * @returns the gradient of each wanted value by name, of that value's type and shape; zeros where the loss does not depend on it
 * @throws AUTODIFF_NO_RULE naming the op, the node and the parameters that it cuts off
 */
export function differentiate(
  b: GraphBuilder,
  loss: Value,
  wanted: readonly string[],
  segments: readonly (readonly Node[])[] = [b.nodes.slice()],
): Map<string, Value> {
  if (loss.dims.length !== 0 || !isFloat(loss.type)) fail('AUTODIFF_LOSS', { name: loss.name, type: loss.type, dims: loss.dims.join('×') });
  for (const name of wanted) if (!isFloat(b.value(name).type)) fail('AUTODIFF_NOT_FLOAT', { name, type: b.value(name).type });
  const gradient = backward(b, segments, [[loss.name, b.scalar(loss.type, 1)]], wanted);
  return new Map(wanted.map((name) => [name, gradient(name) ?? zerosLike(b, b.value(name))]));
}

/** Gradients that flow into values, from all their uses. */
class Gradients {
  readonly #parts = new Map<string, Value[]>();
  readonly #b: GraphBuilder;

  constructor(b: GraphBuilder) {
    this.#b = b;
  }

  add(name: string, gradient: Value): void {
    const parts = this.#parts.get(name);
    if (parts) parts.push(gradient);
    else this.#parts.set(name, [gradient]);
  }

  /** What was added last for each of these values; nothing for those without. */
  latest(names: readonly string[]): Value[] {
    return names.flatMap((name) => this.#parts.get(name)?.at(-1) ?? []);
  }

  /** The sum of what was added for a value, `undefined` if nothing was. */
  of = (name: string): Value | undefined => {
    const parts = this.#parts.get(name);
    if (parts === undefined || parts.length === 1) return parts?.[0];
    const sum = this.#b.op('Sum', parts);
    this.#parts.set(name, [sum]);
    return sum;
  };
}

/** Carries the gradients `seeds` of some values back over the nodes of `segments`; tells the gradient of any wanted value. */
function backward(
  b: GraphBuilder,
  segments: readonly (readonly Node[])[],
  seeds: readonly (readonly [string, Value])[],
  wanted: readonly string[],
): (name: string) => Value | undefined {
  const nodes = segments.flat();
  const active = dependents(b, nodes, wanted);
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const gradients = new Gradients(b);
  for (const [name, gradient] of seeds) gradients.add(name, gradient);
  for (const segment of segments.toReversed()) {
    const isLast = segment === segments.at(-1);
    const names = isLast ? new Map<string, string>() : recompute(b, segment, made, gradients.latest(segment.flatMap(({ outputs }) => outputs)));
    for (const node of segment.toReversed()) {
      if (!reads(node).some((name) => active.has(name))) continue;
      const grads = node.outputs.map(gradients.of);
      if (grads.every((grad) => grad === undefined)) continue;
      const row = rowOf(node);
      if (row === 'none') continue;
      if (row === 'missing') return noRule(b, node, wanted);
      const context = contextOf(b, renameNode(node, names), grads, (index) => active.has(node.inputs[index] ?? ''));
      for (const [index, gradient] of row(context).entries()) {
        const input = context.inputs[index];
        if (gradient === undefined || input === undefined || !context.needs(index)) continue;
        const reduced = b.reduceTo(gradient, input.dims);
        gradients.add(node.inputs[index] as string, isFloat(input.type) ? b.cast(reduced, input.type) : reduced);
      }
    }
  }
  return gradients.of;
}

function rowOf(node: Node): RuleRow {
  return node.domain === '' && isStandardOp(node.op) ? rules[node.op] : 'missing';
}

/** Names of the values through which a gradient could reach `sources`, these included. */
function dependents(b: GraphBuilder, nodes: readonly Node[], sources: readonly string[]): Set<string> {
  const reached = new Set(sources);
  for (const node of nodes) {
    if (rowOf(node) === 'none' || !reads(node).some((name) => reached.has(name))) continue;
    for (const name of node.outputs) if (name !== '' && carries(b, node, name, reached)) reached.add(name);
  }
  return reached;
}

/**
 * Whether an output carries a gradient. Integers and booleans carry none, with one exception: what QuantizeLinear makes of a
 * float stands for it (straight-through), also once moved by ops that keep its type. Its gradient is a float value. What an op
 * without rule gives counts too, so that the missing rule is noticed where a gradient comes back.
 */
function carries(b: GraphBuilder, node: Node, name: string, reached: ReadonlySet<string>): boolean {
  if (node.op === 'QuantizeLinear' || rowOf(node) === 'missing') return true;
  const { type } = b.value(name);
  return isFloat(type) || reads(node).some((input) => reached.has(input) && b.has(input) && b.value(input).type === type);
}

function contextOf(b: GraphBuilder, node: Node, grads: readonly (Value | undefined)[], needs: RuleContext['needs']): RuleContext {
  const inputs = node.inputs.map((name) => (name === '' ? undefined : b.value(name)));
  const outputs = node.outputs.map((name) => (name === '' ? { name, type: 'float32' as const, dims: [] } : b.value(name)));
  const y = (index: number): Value => {
    const output = outputs[index];
    return output === undefined || output.name === '' ? fail('GRAPH_MISSING_OUTPUT', { op: node.op, node: node.name, index }) : output;
  };
  return {
    node,
    b,
    inputs,
    outputs,
    grads,
    shape: shapeContext(node, { opset: b.opset, type: (name) => b.value(name), constant: (name) => b.initializers.get(name) }),
    needs,
    x: (index) => inputs[index] ?? fail('GRAPH_MISSING_INPUT', { op: node.op, node: node.name, index }),
    y,
    dy: (index) => grads[index] ?? zerosLike(b, y(index)),
    through: (rebuild) => {
      const before = b.nodes.length;
      const seeds = rebuild().flatMap((value, index) => (value && grads[index] ? [[value.name, grads[index]] as const] : []));
      const wanted = inputs.flatMap((input, index) => (input && needs(index) ? [input.name] : []));
      const gradient = backward(b, [b.nodes.slice(before)], seeds, wanted);
      // A value in two inputs has the gradient of both uses already.
      return inputs.map((input, index) => (input && node.inputs.indexOf(input.name) === index ? gradient(input.name) : undefined));
    },
  };
}

function zerosLike(b: GraphBuilder, value: Value): Value {
  return b.expand(b.scalar(isFloat(value.type) ? value.type : 'float32', 0), value.dims);
}

/** @throws AUTODIFF_NO_RULE naming the wanted values the node depends on */
function noRule(b: GraphBuilder, node: Node, wanted: readonly string[]): never {
  const needed = new Set(reads(node));
  for (const earlier of b.nodes.slice().reverse()) {
    if (earlier.outputs.some((name) => needed.has(name))) for (const name of reads(earlier)) needed.add(name);
  }
  const cut = wanted.filter((name) => needed.has(name));
  const parameters = cut.slice(0, 5).join(', ') + (cut.length > 5 ? `, … (${cut.length} in all)` : '');
  return fail('AUTODIFF_NO_RULE', { op: node.domain === '' ? node.op : `${node.domain}.${node.op}`, node: node.name, parameters });
}
