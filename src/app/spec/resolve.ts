import type { Locate } from './location.js';
import { resolveAgainst } from './paths.js';
import { failWith } from './problems.js';
import { type RunSpec, specSchema } from './schema.js';

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
  const result = specSchema.safeParse(value);
  return result.success ? withAbsolutePaths(result.data, specDir) : failWith(result.error.issues, value, locate);
}

function withAbsolutePaths(spec: RunSpec, specDir: string): RunSpec {
  const absolute = <T>(text: T): T | string => (typeof text === 'string' ? resolveAgainst(specDir, text) : text);
  const { train, validation, test } = spec.data;
  return {
    ...spec,
    base: { ...spec.base, uri: resolveAgainst(specDir, spec.base.uri) },
    data: { ...spec.data, train: resolveAgainst(specDir, train), validation: absolute(validation), test: absolute(test) },
  };
}
