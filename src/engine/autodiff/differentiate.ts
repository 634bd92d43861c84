import { fail, isFloat } from '../../core/index.js';
import { type GraphBuilder, isStandardOp, type Node, type Value } from '../graph/index.js';
import type { RuleContext } from './rule.js';
import { rules } from './table.js';

/**
 * Adds the backward pass of `loss` to the builder's graph.
 *
 * Reverse-mode differentiation: nodes are visited from the loss backwards; each node's rule turns the gradients of its
 * outputs into gradients of its inputs. Only nodes between a wanted value and the loss are visited.
 *
 * @param loss a scalar (`[]`) float value
 * @param wanted names of values, in general parameters, to differentiate by
 * @returns the gradient of each wanted value by name, of that value's type and shape; zeros where the loss does not depend on it
 * @throws AUTODIFF_NO_RULE naming the op, the node and the parameters that it cuts off
 */
export function differentiate(b: GraphBuilder, loss: Value, wanted: readonly string[]): Map<string, Value> {
  if (loss.dims.length !== 0 || !isFloat(loss.type)) fail('AUTODIFF_LOSS', { name: loss.name, type: loss.type, dims: loss.dims.join('×') });
  const nodes = b.nodes.slice();
  const active = reachableFrom(nodes, wanted);
  const pending = new Map<string, Value[]>([[loss.name, [b.scalar(loss.type, 1)]]]);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as Node;
    if (node.inputs.some((name) => active.has(name))) visit(b, node, active, pending, wanted);
  }
  return new Map(wanted.map((name) => [name, take(b, name, pending) ?? zerosLike(b, b.value(name))]));
}

/** Names of all values that depend on one of `sources`, these included. */
function reachableFrom(nodes: readonly Node[], sources: readonly string[]): Set<string> {
  const reached = new Set(sources);
  for (const node of nodes) {
    if (node.inputs.some((name) => reached.has(name))) for (const name of node.outputs) reached.add(name);
  }
  return reached;
}

function visit(b: GraphBuilder, node: Node, active: ReadonlySet<string>, pending: Map<string, Value[]>, wanted: readonly string[]): void {
  const grads = node.outputs.map((name) => take(b, name, pending));
  if (grads.every((grad) => grad === undefined)) return;
  const row = isStandardOp(node.op) && node.domain === '' ? rules[node.op] : 'missing';
  if (row === 'none') return;
  if (row === 'missing') return noRule(b, node, wanted);
  const context = contextOf(b, node, grads, active);
  row(context).forEach((gradient, index) => {
    const input = context.inputs[index];
    if (gradient === undefined || input === undefined || !active.has(input.name) || !isFloat(input.type)) return;
    const list = pending.get(input.name) ?? [];
    list.push(b.reduceTo(gradient, input.dims));
    pending.set(input.name, list);
  });
}

function contextOf(b: GraphBuilder, node: Node, grads: readonly (Value | undefined)[], active: ReadonlySet<string>): RuleContext {
  const inputs = node.inputs.map((name) => (name === '' ? undefined : b.value(name)));
  const outputs = node.outputs.map((name) => (name === '' ? { name, type: 'float32' as const, dims: [] } : b.value(name)));
  const y = (index: number): Value => outputs[index] ?? fail('GRAPH_MISSING_OUTPUT', { op: node.op, node: node.name, index });
  return {
    node,
    b,
    inputs,
    outputs,
    grads,
    needs: (index) => active.has(inputs[index]?.name ?? ''),
    x: (index) => inputs[index] ?? fail('GRAPH_MISSING_INPUT', { op: node.op, node: node.name, index }),
    y,
    dy: (index) => grads[index] ?? zerosLike(b, y(index)),
  };
}

/** Sums and removes the gradients collected for a value. */
function take(b: GraphBuilder, name: string, pending: Map<string, Value[]>): Value | undefined {
  const parts = pending.get(name);
  if (parts === undefined) return undefined;
  pending.delete(name);
  return parts.length === 1 ? parts[0] : b.op('Sum', parts);
}

function zerosLike(b: GraphBuilder, value: Value): Value {
  return b.full(value.type, value.dims, 0);
}

function noRule(b: GraphBuilder, node: Node, wanted: readonly string[]): never {
  const parents = new Map(b.nodes.flatMap((producer) => producer.outputs.map((name) => [name, producer] as const)));
  const cut = new Set<string>();
  const stack = [...node.inputs];
  const seen = new Set<string>();
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (wanted.includes(name)) cut.add(name);
    stack.push(...(parents.get(name)?.inputs ?? []));
  }
  const shown = [...cut].slice(0, 5).join(', ') + (cut.size > 5 ? `, … (${cut.size} in all)` : '');
  return fail('AUTODIFF_NO_RULE', { op: node.domain === '' ? node.op : `${node.domain}.${node.op}`, node: node.name, parameters: shown });
}
