import type { Value } from './network.js';

/** The name of a value that belongs to the module of `x`: `layer1.0.bn1/relu`. */
export function within(x: Value, operation: string): string {
  return `${x.name.split('/')[0]}/${operation}`;
}
