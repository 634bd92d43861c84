import { memoryPage, readMemory } from '../../bench/memory/page.js';
import { benchPage } from '../../bench/page.js';
import { readResults } from '../../bench/result.js';
import { specJsonSchema } from '../../src/app/spec/index.js';
import { errorsPage } from './errors.js';
import { importersPage } from './importers.js';

/** What is generated from the sources, by its path from the root. */
export function generatedPages(): Readonly<Record<string, string>> {
  return {
    'docs/bench.md': benchPage(readResults()),
    'docs/errors.md': errorsPage(),
    'docs/importers.md': importersPage(),
    'docs/memory.md': memoryPage(readMemory()),
    'docs/spec.schema.json': `${JSON.stringify(specJsonSchema(), null, 2)}\n`,
  };
}
