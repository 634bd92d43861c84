import type { ValueInfo } from '../../engine/graph/index.js';

/** Name, element type and dimensions of an input or output; symbolic dimensions by name. */
export interface Signature {
  name: string;
  type: string;
  dims: (number | string | null)[];
}

export function signature({ name, type }: ValueInfo): Signature {
  return type.kind === 'tensor' ? { name, type: type.type, dims: [...(type.dims ?? [])] } : { name, type: type.kind, dims: [] };
}
