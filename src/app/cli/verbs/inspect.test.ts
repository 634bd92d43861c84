import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { goldenInputs, goldenLabels, goldenModelBytes, readGolden } from '../../../../test/support/golden.js';
import { int64 } from '../../../core/index.js';
import { writeSafetensors } from '../../../learning/data/index.js';
import { runProgram } from '../program.js';
import { verbs } from './index.js';

let folder: string;
let model: string;
let data: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regraft-verbs-'));
  [model, data] = [join(folder, 'mlp.onnx'), join(folder, 'mlp.safetensors')];
  const golden = readGolden('mlp');
  const labels = goldenLabels(golden) as readonly number[];
  writeFileSync(model, goldenModelBytes(golden));
  writeFileSync(data, writeSafetensors([...Object.entries(goldenInputs(golden)), ['labels', int64([labels.length], labels)]]));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const write = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const terminal = { ...write, isInteractive: false, columns: 80, signal: new AbortController().signal };
  return { code: await runProgram(words, { verbs, version: '1.2.3', terminal }), out, err };
}

it('inspect shows a model in columns', async () => {
  const { code, out } = await run('inspect', model, '--classes', '7', '--values');
  expect(code).toBe(0);
  expect(out).toContain('parameters in 6 tensors');
  expect(out).toContain(
    [
      'Layers, for input [1, 20]',
      '  layer  ops         output   parameters  multiply-adds',
      '  0      Gemm, Relu  [1, 32]         672            640',
      '  2      Gemm, Relu  [1, 16]         528            512',
      '  4      Gemm        [1, 4]           68             64',
    ].join('\n'),
  );
  expect(out).toMatch(/^ {2}linear-probe +probe +2 +119 +9%$/m);
  expect(out).toMatch(/Values\n(?: {2}\S+ {2}float32 \[1, \d+\]\n){5}/);
});

it('inspect prints one JSON document', async () => {
  const { out } = await run('inspect', model, '--json');
  expect(JSON.parse(out)).toMatchObject({ tensors: 6, parameters: 1268, multiplyAdds: 1216, classes: 4 });
});

it('gradcheck says what it wrote, and how far another program is', async () => {
  const [first, second] = [join(folder, 'a.safetensors'), join(folder, 'b.safetensors')];
  const { code, out } = await run('gradcheck', model, '--data', data, '--out', first, '--batch-size', '4');
  expect(code).toBe(0);
  expect(out).toMatch(/^cross-entropy loss \d\.\d+ over 4 samples\nWrote \S+: the gradients of 6 parameters\n$/);
  const compared = await run('gradcheck', model, '--data', data, '--out', second, '--batch-size', '4', '--compare', first);
  expect(compared.out).toContain('Differences from');
  expect(compared.out).toMatch(/ {2}0\.weight +0\.00e\+0\n/);
});

it.each([
  [['inspect', 'MODEL', '--size', '64'], '--size takes two numbers'],
  [['inspect', 'MODEL', '--input', '64x64'], '--input takes name=dims'],
  [['inspect', 'MODEL', '--input', 'input=1xN'], '--input takes whole numbers'],
  [['gradcheck', 'MODEL', '--out', 'g'], 'missing option --data'],
  [['gradcheck', 'MODEL', '--data', 'd', '--out', 'g', '--loss', 'huber'], '--loss takes cross-entropy, mse, bce'],
])('%j is a wrong request', async (words, reason) => {
  const { code, err } = await run(...words.map((word) => (word === 'MODEL' ? model : word)));
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(reason) as string });
});
