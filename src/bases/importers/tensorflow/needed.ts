import { fail } from '../../../core/index.js';
import type { TfFunction, TfNode } from './graph.js';

/** The node of `node` or `node:output`. */
export function nodeOf(tensor: string): string {
  return tensor.replace(/:\d+$/, '');
}

/** `node:0` as `node`. */
export function plain(tensor: string): string {
  return tensor.replace(/:0$/, '');
}

/** The nodes that the outputs need, each behind those it reads. What is fed is not looked behind. @throws IMPORT_GRAPH for cycles and missing nodes */
export function neededNodes({ nodes, inputs, outputs }: TfFunction): TfNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const fed = new Set(inputs.map(({ tensor }) => nodeOf(tensor)));
  const state = new Map<string, 'open' | 'done'>();
  const order: TfNode[] = [];
  const stack = outputs.map(({ tensor }) => ({ name: nodeOf(tensor), isLeft: false })).reverse();
  for (let item = stack.pop(); item; item = stack.pop()) {
    const { name, isLeft } = item;
    if (fed.has(name) || (!isLeft && state.get(name) === 'done')) continue;
    const node = byName.get(name) ?? fail('IMPORT_GRAPH', { reason: `there is no node "${name}"` });
    if (isLeft) {
      state.set(name, 'done');
      order.push(node);
    } else {
      // Whatever lies on the stack above a node's leaving was asked for by that node.
      if (state.get(name) === 'open') fail('IMPORT_GRAPH', { reason: `node "${name}" (${node.op}) needs its own result` });
      state.set(name, 'open');
      stack.push({ name, isLeft: true });
      for (const input of node.inputs.toReversed()) stack.push({ name: nodeOf(input), isLeft: false });
    }
  }
  return order;
}
