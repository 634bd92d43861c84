/**
 * Writes real pictures as the tables a user would bring: `npx tsx bench/vision/write.ts --train 16 --test 60 --seed 0 --out folder` writes `train.jsonl` and
 * `test.jsonl`, at most so many pictures of each class, from Debian's `tuxpaint-stamps-default`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawImages } from './rows.js';
import { stamps } from './stamps.js';

const { values } = parseArgs({
  options: {
    train: { type: 'string', default: '16' },
    test: { type: 'string', default: '60' },
    seed: { type: 'string', default: '0' },
    out: { type: 'string', default: '.' },
  },
});

const sides = drawImages(stamps(), { train: Number(values.train), test: Number(values.test) }, Number(values.seed));
mkdirSync(values.out, { recursive: true });
for (const side of ['train', 'test'] as const) {
  writeFileSync(join(values.out, `${side}.jsonl`), sides[side].map((row) => `${JSON.stringify(row)}\n`).join(''));
}
