import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkImports } from './check.js';
import { readImports } from './read.js';

const sound = {
  'index.ts': "export * from './engine/graph/index.js';\nexport { open } from './engine/runtime/index.node.js';",
  'core/index.ts': 'export const zero = 0;',
  'engine/graph/index.ts': "export { one } from './one.js';",
  'engine/graph/one.ts': "import { zero } from '../../core/index.js';\nexport const one = zero + 1;",
  'engine/runtime/index.node.ts':
    "import { readFileSync } from 'node:fs';\nimport * as ort from 'onnxruntime-node';\nexport const open = [readFileSync, ort];",
  'engine/graph/one.test.ts': "import { open } from '../runtime/index.node.js';\nopen;",
};

let source = '';
beforeEach(() => {
  source = mkdtempSync(join(tmpdir(), 'regraft-imports-'));
});
afterEach(() => rmSync(source, { recursive: true }));

function check(files: Readonly<Record<string, string>>): string[] {
  for (const [file, text] of Object.entries({ ...sound, ...files })) {
    mkdirSync(join(source, dirname(file)), { recursive: true });
    writeFileSync(join(source, file), text);
  }
  return checkImports(readImports(source)).map(({ rule, from, to }) => `${rule}: ${from} → ${to}`);
}

it('accepts a sound tree', () => {
  expect(check({})).toEqual([]);
});

it.each([
  ['core/early.ts', "import { one } from '../engine/graph/index.js';\none;", 'imports point to earlier rooms: core/early.ts → engine/graph/index.ts'],
  ['core/type.ts', "export type { one } from '../engine/graph/index.js';", 'imports point to earlier rooms: core/type.ts → engine/graph/index.ts'],
  [
    'engine/graph/late.ts',
    "const later = await import('../runtime/index.node.js');\nlater;",
    'imports point to earlier rooms: engine/graph/late.ts → engine/runtime/index.node.ts',
  ],
  [
    'engine/autodiff/past.ts',
    "import { one } from '../graph/one.js';\none;",
    'a folder is entered through its index: engine/autodiff/past.ts → engine/graph/one.ts',
  ],
  [
    'bases/hub/session.ts',
    "import type { Tensor } from 'onnxruntime-common';\nexport type T = Tensor;",
    'only engine/runtime imports onnxruntime: bases/hub/session.ts → onnxruntime-common',
  ],
  ['core/file.ts', "import 'node:fs';", 'only *.node.ts imports what needs Node: core/file.ts → node:fs'],
  ['core/path.ts', "import { join } from 'path';\njoin;", 'only *.node.ts imports what needs Node: core/path.ts → path'],
  ['learning/data/decode.ts', "import sharp from 'sharp';\nsharp;", 'only *.node.ts imports what needs Node: learning/data/decode.ts → sharp'],
  ['core/missing.ts', "import './nowhere.js';", 'imports resolve: core/missing.ts → core/nowhere.ts'],
])('refuses what is planted in %s', (file, text, violation) => {
  expect(check({ [file]: text })).toContain(violation);
});

it('finds a cycle', () => {
  const files = { 'core/a.ts': "import './b.js';", 'core/b.ts': "import type { c } from './c.js';", 'core/c.ts': "import './a.js';" };
  expect(check(files)).toEqual(['no cycles: core/a.ts → core/b.ts → core/c.ts → core/a.ts']);
});

it('lets a type be imported from a file that needs Node', () => {
  expect(check({ 'bases/hub/store.ts': "import type { open } from '../../engine/runtime/index.node.js';" })).toEqual([]);
});
