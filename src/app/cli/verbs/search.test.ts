import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { huggingFaceAnswer, kaggleAnswer, npmAnswer } from '../../../../test/catalogue/answers.js';
import { NpmSearch } from '../../../../test/catalogue/npm-search.js';
import { json, status } from '../../../../test/hub/server.js';
import { Workplace } from '../../../../test/hub/workplace.js';
import { runProgram } from '../program.js';
import { verbs } from './index.js';

let place: Workplace;
let npm: NpmSearch;
beforeEach(async () => {
  place = await Workplace.open();
  npm = new NpmSearch();
  vi.stubEnv('HF_ENDPOINT', place.server.url);
  vi.stubEnv('HF_TOKEN', '');
  npm.answer({ stdout: JSON.stringify(npmAnswer) });
  place.server.on('/api/v1/models/list', json(kaggleAnswer)).on('/api/models', json(huggingFaceAnswer));
});
afterEach(async () => {
  npm.remove();
  await place.close();
});

async function run(words: readonly string[], columns = 100): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    isInteractive: false,
    columns,
    signal: new AbortController().signal,
  };
  return { code: await runProgram(['search', ...words], { verbs, version: '1', terminal }), out, err };
}

it('shows what it finds by whether it can be used, with facts in columns', async () => {
  const { code, out, err } = await run(['resnet', '--limit', '200']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^Regraft imports these\n {2}address +task +parameters +licence +metric +input\n/);
  expect(out).toMatch(/^ {2}keras:ResNet50 +image-classification +25\.6M +MIT +74\.9% top-1 +224×224×3$/m);
  expect(out).toMatch(/^ {2}tfhub:google\/resnet-v1\/tensorFlow2\/50-classification\n? +image-classification +Apache-2\.0$/m);
  expect(out).toMatch(/\nNot tried with Regraft[\s\S]* {2}hf:microsoft\/resnet-50 +image-classification +25\.6M +Apache-2\.0\n/);
  expect(out).toMatch(/\nRegraft cannot import these yet\n[\s\S]* {2}tfhub:somebody\/resnet-torch\/pyTorch\/default /);
  expect(out).toContain('\nNext: regraft inspect keras:ResNet');
});

it.each([
  [100, ['address', 'task', 'parameters', 'licence', 'metric', 'input']],
  [80, ['address', 'task', 'parameters', 'licence']],
  [60, ['address', 'task', 'parameters']],
  [30, ['address']],
])('fits %i columns, but for addresses, which are never cut', async (columns, heading) => {
  const { out } = await run(['resnet', '--limit', '50'], columns);
  const rows = out.split('\n').filter((line) => line.startsWith('  '));
  const tooWide = rows.filter(({ length }) => length > columns);
  expect(tooWide.filter((row) => !/^ {2}\w+:\S+$/.test(row))).toEqual([]);
  expect(out).toMatch(/^ {2}tfhub:google\/resnet-v1\/tensorFlow2\/50-classification\b/m);
  expect(rows[0]?.trim().split(/ +/)).toEqual(heading);
});

it('cuts what a hub says at length, and keeps control characters from the terminal', async () => {
  const licence = '\u001b[31mOther terms, specified in the description';
  const model = { ref: 'a/resnet', title: 'x', instances: [{ slug: 'y', framework: 'tfJs', licenseName: licence }] };
  place.server.on('/api/v1/models/list', json({ models: [model] }));
  const { out } = await run(['resnet', '--source', 'kaggle']);
  expect(out).toMatch(/^ {2}tfhub:a\/resnet\/tfJs\/y +\[31mOther terms, sp…$/m);
  expect(out).not.toContain('\u001b');
});

it('prints one JSON document with every fact', async () => {
  const { code, out } = await run(['resnet', '--json', '--limit', '50']);
  const result = JSON.parse(out);
  expect({ code, query: result.query }).toEqual({ code: 0, query: 'resnet' });
  expect(result.models.find(({ uri }: { uri: string }) => uri === 'keras:ResNet50')).toMatchObject({
    measured: ['parameters', 'multiplyAdds'],
    multiplyAdds: expect.any(Number),
    preprocessing: expect.stringContaining('BGR'),
    facts: 'https://keras.io/api/applications/',
  });
});

it('takes filters, and --license by both spellings', async () => {
  const { out } = await run(['--task', 'audio', '--license', 'mit', '--max-params', '0.3M', '--offline']);
  expect(out).toContain('alexa_v0.1.onnx');
  expect(out).not.toContain('timer_v0.1.onnx');
  expect(await run(['--task', 'audio', '--licence', 'mit', '--max-params', '300k', '--offline'])).toMatchObject({ out });
});

it('says that nothing was found, which is no failure', async () => {
  place.server.on('/api/v1/models/list', json({ models: [] })).on('/api/models', json([]));
  npm.answer({ stdout: '[]' });
  expect(await run(['qqqqzzzz'])).toMatchObject({ code: 0, out: 'Nothing was found for "qqqqzzzz". Try fewer words or filters.\n' });
  const document = JSON.parse((await run(['qqqqzzzz', '--json'])).out);
  expect(document).toMatchObject({ models: [], total: 0, notes: [] });
});

it('says which hub is missing and why, and how much was left out', async () => {
  place.server.on('/api/models', status(401));
  const { code, out } = await run(['resnet', '--limit', '1', '--max-params', '100M']);
  expect(code).toBe(0);
  expect(out).toMatch(/Note: Hugging Face may not be fetched: .*status 401.*HF_TOKEN/);
  expect(out).toMatch(/Note: \d+ more do not state what the filters ask for, and were left out\./);
  expect(out).toMatch(/Note: 1 of \d+ are shown; --limit shows more\./);
});

it.each([
  [['x', '--task', 'image-clasification'], 'Did you mean image-classification?'],
  [['x', '--license', 'mti'], 'Did you mean mit?'],
  [['x', '--source', 'jax'], 'There is no source "jax"'],
  [['x', '--max-params', 'many'], '--max-params takes a quantity such as 500k, 5M or 1.5B, not "many"'],
  [['x', '--max-params', '0'], '--max-params takes a quantity'],
  [['x', '--limit', '0'], '--limit takes a whole number from 1'],
  [['x', '--tsak', 'pose'], '--task'],
])('%j ends with exit code 2', async (words, text) => {
  expect(await run([...words, '--offline'])).toMatchObject({ code: 2, out: '', err: expect.stringContaining(text) });
  expect(place.server.requests).toEqual([]);
});
