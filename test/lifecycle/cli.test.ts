import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram } from '../../src/app/cli/program.js';
import { verbs } from '../../src/app/cli/verbs/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { drawShapes } from '../support/shapes.js';
import { tinyBase } from '../support/tiny-base.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-cli-'));
const at = (...parts: readonly string[]): string => join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, as in a pipe. */
async function cli(words: readonly string[]): Promise<Ended> {
  const text = { out: '', err: '' };
  const write = (to: 'out' | 'err') => (part: string) => {
    text[to] += part;
  };
  const terminal = { out: write('out'), err: write('err'), isInteractive: false, columns: 80, signal: new AbortController().signal };
  return { code: await runProgram(words, { verbs, version: '0.0.0', terminal }), ...text };
}

const document = ({ out }: Ended): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>;

beforeAll(async () => {
  await Promise.all([drawShapes(at('train'), 6), saveModelFile(at('base.onnx'), tinyBase())]);
  writeFileSync(at('spec.yaml'), 'task: image-classification\nbase: ./base.onnx\ndata: { train: ./train, test: 0.33 }\nrecipe: linear-probe\n');
  mkdirSync(at('bad'));
  copyFileSync(at('train', 'circle', '00.png'), at('bad', 'a.png'));
  truncateSync(at('bad', 'a.png'), 50);
  expect(await cli(['train', at('spec.yaml'), '--out', at('run')])).toMatchObject({ code: 0 });
});

it('evaluates a run, for people and as JSON', async () => {
  const text = await cli(['evaluate', at('run'), '--out', at('report.html')]);
  expect(text).toMatchObject({
    code: 0,
    out: expect.stringMatching(/on its test data: 6 samples(.|\n)*accuracy(.|\n)*circle(.|\n)*Report:/) as string,
  });
  expect(document(await cli(['evaluate', at('run'), '--json']))).toMatchObject({
    split: 'test',
    metrics: { accuracy: { interval: [expect.any(Number), expect.any(Number)] } },
  });
});

it('predicts what it can read and counts the rest', async () => {
  const image = at('train', 'circle', '00.png');
  const text = await cli(['predict', at('run'), image, at('bad', 'a.png'), '--top', '2']);
  expect(text).toMatchObject({ code: 0, out: expect.stringMatching(/00\.png {2}\w+ \d.*\n1 predicted, 1 could not be read/) as string });
  const json = document(await cli(['predict', at('run'), image, at('bad'), '--json']));
  expect(json).toMatchObject({
    predictions: [{ input: image, label: expect.any(String) as string, top: [{}, {}, {}] }],
    skipped: [{ location: at('bad', 'a.png') }],
  });
});

it.each<[string, readonly string[], number, string]>([
  ['nothing can be read', ['predict', '@run', '@bad/a.png'], 1, 'could not be read'],
  ['there is no such input', ['predict', '@run', '@nothing.png'], 2, 'nothing.png'],
  ['there is no such bundle', ['predict', '@nothing', '@bad/a.png'], 2, 'There is no bundle'],
  ['the bundle has no data', ['evaluate', '@run/bundle'], 2, '--data'],
  ['the split is unknown', ['evaluate', '@run', '--split', 'train'], 2, 'test, validation'],
  ['the form is unknown', ['export', '@run', '--out', '@x', '--format', 'tar'], 2, 'bundle, zip, onnx'],
  ['something else has the name', ['export', '@run', '--out', '@train'], 2, 'a folder that is no bundle'],
])('ends with the right code where %s', async (_, words, code, said) => {
  const ended = await cli(words.map((word) => word.replace('@', `${root}/`)));
  expect({ code: ended.code, said: ended.out + ended.err }).toEqual({ code, said: expect.stringContaining(said) as string });
});

it('exports by the name of the target', async () => {
  for (const [name, form] of [
    ['a.zip', 'zip'],
    ['a.onnx', 'onnx'],
    ['folder', 'bundle'],
  ] as const) {
    expect(document(await cli(['export', at('run'), '--out', at('out', name), '--json']))).toEqual({
      from: at('run', 'bundle'),
      out: at('out', name),
      form,
    });
  }
  expect(await cli(['predict', at('out', 'a.zip'), at('train', 'cross', '00.png')])).toMatchObject({ code: 0 });
});
