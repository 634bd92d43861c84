import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail } from '../../core/index.js';
import { parseSpecDocument } from './document.js';
import { override } from './overrides.js';
import { resolveSpec } from './resolve.js';
import type { RunSpec } from './schema.js';

/**
 * Reads a spec file, lays overrides (`training.epochs=3`) over it and makes it explicit. Paths resolve against the file's folder.
 * @throws SPEC_NOT_FOUND, SPEC_SYNTAX, SPEC_OVERRIDE, SPEC_UNKNOWN_KEY, SPEC_INVALID
 */
export async function loadSpec(file: string, overrides: readonly string[] = []): Promise<RunSpec> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => fail('SPEC_NOT_FOUND', { file }, cause));
  const document = override(parseSpecDocument(text, file), overrides);
  return resolveSpec(document.value, { specDir: dirname(resolve(file)), locate: document.locate });
}
