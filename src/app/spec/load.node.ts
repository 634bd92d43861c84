import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fail } from '../../core/index.js';
import { parseSpecDocument, type SpecDocument } from './document.js';
import { takeExtends } from './extends.js';
import { layOver } from './layers.js';
import { override } from './overrides.js';
import { resolveDocument } from './resolve.js';
import type { RunSpec } from './schema.js';
import { EXTENDS } from './sections/extends.js';

/**
 * Reads a spec file and those it extends, lays overrides (`training.epochs=3`) over it and makes it explicit. Paths resolve against the folder of
 * the file they are written in.
 * @throws SPEC_NOT_FOUND, SPEC_EXTENDS_NOT_FOUND, SPEC_EXTENDS_CYCLE, SPEC_SYNTAX, SPEC_OVERRIDE, SPEC_UNKNOWN_KEY, SPEC_INVALID
 */
export async function loadSpec(file: string, overrides: readonly string[] = []): Promise<RunSpec> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => fail('SPEC_NOT_FOUND', { file }, cause));
  return resolveDocument(override(await withParents(text, [file]), overrides));
}

/** @param chain the file and those that led to it, from the first one */
async function withParents(text: string, chain: readonly [string, ...string[]]): Promise<SpecDocument> {
  const file = chain.at(-1) as string;
  const document = parseSpecDocument(text, file, dirname(resolve(file)));
  const { own, parents } = takeExtends(document);
  const layers: SpecDocument[] = [];
  for (const [index, parent] of parents.entries()) {
    const next = isAbsolute(parent) ? parent : join(dirname(file), parent);
    const where = document.locate(parents.length > 1 ? [EXTENDS, index] : [EXTENDS], 'value');
    const again = chain.findIndex((name) => resolve(name) === resolve(next));
    if (again >= 0) fail('SPEC_EXTENDS_CYCLE', { where, files: [...chain.slice(again), next].join(' → ') });
    const parentText = await readFile(next, 'utf8').catch((cause: unknown) => fail('SPEC_EXTENDS_NOT_FOUND', { where, file: next }, cause));
    layers.push(await withParents(parentText, [...chain, next]));
  }
  return layers.concat(own).reduce(layOver);
}
