import type { NodeDef } from '../proto/generated/tensorflow_pb.js';
import type { Frame } from './frame.js';

/** A node where it is: a function that is called twice has each of its nodes in two frames. */
export interface Placed {
  readonly frame: Frame;
  readonly node: NodeDef;
}

/**
 * Unique names. Nodes of the outermost frame keep theirs, and so do nodes of called functions whose name no other has; where names clash,
 * they begin with the name of the call: `MatMul` of the call `dense_1/StatefulPartitionedCall` is `dense_1/MatMul`.
 */
export function nameNodes(nodes: readonly Placed[], outermost: Frame): Map<Placed, string> {
  const taken = new Set([...outermost.nodes.keys(), ...(outermost.body?.parameters.keys() ?? [])]);
  const count = new Map<string, number>();
  for (const { node } of nodes) count.set(node.name, (count.get(node.name) ?? 0) + 1);
  const isOwn = ({ frame, node }: Placed): boolean => frame !== outermost && count.get(node.name) === 1 && !taken.has(node.name);
  const own = nodes.filter(isOwn);
  for (const { node } of own) taken.add(node.name);
  const kept = new Set(own);
  const names = new Names(taken);
  const nameOf = (placed: Placed): string => {
    if (placed.frame === outermost || kept.has(placed)) return placed.node.name;
    return names.unique(prefixOf(placed.frame) + placed.node.name);
  };
  return new Map(nodes.map((placed) => [placed, nameOf(placed)]));
}

/** The calls' names without the words that say they are calls, and without scopes that an outer call names already. */
function prefixOf(frame: Frame): string {
  const path: string[] = [];
  for (let at = frame.caller; at; at = at.frame.caller) path.unshift(...at.node.name.split('/'));
  return [...new Set(path)].flatMap((part) => (/^(?:Stateful)?PartitionedCall(?:_\d+)?$/.test(part) ? [] : `${part}/`)).join('');
}

/** Hands out names, with a number behind those that were handed out before. */
class Names {
  readonly #taken: Set<string>;
  readonly #numbers = new Map<string, number>();

  constructor(taken: Set<string>) {
    this.#taken = taken;
  }

  unique(name: string): string {
    let number = this.#numbers.get(name) ?? 0;
    let candidate = number === 0 ? name : `${name}_${number}`;
    while (this.#taken.has(candidate)) candidate = `${name}_${++number}`;
    this.#numbers.set(name, number);
    this.#taken.add(candidate);
    return candidate;
  }
}
