import type { SpecDocument } from './document.js';
import type { Locate } from './location.js';
import { resolveAgainst } from './paths.js';
import { failWith } from './problems.js';
import { type RunSpec, specSchema } from './schema.js';
import { withPaths } from './schema-walk.js';

export interface ResolveOptions {
  /** Folder that relative paths start from. */
  readonly specDir: string;
  /** Where a part was written, for messages. */
  readonly locate?: Locate;
}

/**
 * Checks a spec and makes it explicit: names become objects, defaults are filled in, paths become absolute.
 * @throws SPEC_UNKNOWN_KEY, SPEC_INVALID
 */
export function resolveSpec(value: unknown, { specDir, locate = () => 'spec' }: ResolveOptions): RunSpec {
  return resolveDocument({ value, locate, folderOf: () => specDir });
}

/**
 * The same for a spec of which each part knows the folder its paths start from.
 * @throws SPEC_UNKNOWN_KEY, SPEC_INVALID
 */
export function resolveDocument({ value, locate, folderOf }: SpecDocument): RunSpec {
  const result = specSchema.safeParse(value);
  if (!result.success) return failWith(result.error.issues, value, locate);
  return withPaths(result.data, (text, at) => resolveAgainst(folderOf(at), text));
}
