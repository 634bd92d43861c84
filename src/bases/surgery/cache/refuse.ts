import { fail } from '../../../core/index.js';
import type { Node } from '../../../engine/graph/index.js';

/** @throws CACHE_NOT_FOUND always */
export function refuse(reason: string, cause?: unknown): never {
  return fail('CACHE_NOT_FOUND', { reason }, cause);
}

/** @throws CACHE_NOT_FOUND always, naming a node */
export function refuseNode({ op, name }: Node, reason: string): never {
  return refuse(`${op} node "${name}" ${reason}`);
}
