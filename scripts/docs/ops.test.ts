import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rules } from '../../src/engine/autodiff/index.js';
import { STANDARD_OPS } from '../../src/engine/graph/index.js';

it('docs/ops.md tells of every operator whether it has a gradient, and that it was tested (npm run docs:ops writes it)', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/ops.md'), 'utf8');
  const rows = text.split('\n').flatMap((line) => {
    const [, op, kind, cases] = /^\| (\w+) \| ([\w ]+) \| (\d*) ?\|/.exec(line) ?? [];
    return op === undefined || op === 'operator' ? [] : [[op, kind, Number(cases) > 0]];
  });
  const expected = STANDARD_OPS.map((op) => {
    const rule = rules[op];
    return rule === 'none' ? [op, 'none flows', false] : rule === 'missing' ? [op, 'missing', false] : [op, 'yes', true];
  });
  expect(rows).toEqual(expected);
});
