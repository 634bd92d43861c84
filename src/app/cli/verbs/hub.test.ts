import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { file } from '../../../../test/hub/server.js';
import { Workplace } from '../../../../test/hub/workplace.js';
import { runProgram } from '../program.js';
import { verbs } from './index.js';

const WEIGHTS = 'mobilenet_1_0_224_tf.h5';

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.open();
  vi.stubEnv('REGRAFT_CACHE', place.cache);
  vi.spyOn(process, 'cwd').mockReturnValue(place.folder);
  place.server.on(`/storage/tensorflow/keras-applications/mobilenet/${WEIGHTS}`, file('weights'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await place.close();
});

async function run(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    isInteractive: false,
    columns: 80,
    signal: new AbortController().signal,
  };
  return { code: await runProgram(words, { verbs, version: '1', terminal }), out, err };
}

it('fetches, lists, finds, verifies and removes a base', async () => {
  expect(await run('hub', 'list')).toMatchObject({ code: 0, out: expect.stringContaining('Nothing is in the cache') });
  const fetched = await run('hub', 'prefetch', 'keras:MobileNet');
  expect(fetched).toMatchObject({ code: 0, out: expect.stringMatching(/keras:MobileNet\s+7 B\s+Apache-2.0\nLocked in .*regraft.lock\n$/) });
  const today = new Date().toISOString().slice(0, 10);
  expect((await run('hub', 'list')).out).toMatch(new RegExp(`keras:MobileNet\\s+7 B\\s+${today}\\s+Apache-2.0\n7 B in `));
  expect(await run('hub', 'path', 'keras:MobileNet')).toMatchObject({ code: 0, out: `${place.at('keras', 'models', WEIGHTS)}\n` });
  expect((await run('hub', 'verify')).out).toBe('1 of 1 bases were intact.\n');
  writeFileSync(place.at('keras', 'models', WEIGHTS), 'bitten!');
  expect(await run('hub', 'verify', '--offline')).toMatchObject({ code: 1, out: expect.stringContaining('was damaged; not mended: ') });
  expect(await run('hub', 'verify')).toMatchObject({ code: 0, out: expect.stringContaining('was damaged; fetched again') });
  expect(await run('hub', 'remove', 'keras:MobileNet')).toMatchObject({ code: 0, out: expect.stringContaining('Removed keras:MobileNet: 7 B') });
  expect(await run('hub', 'path', 'keras:MobileNet')).toMatchObject({ code: 2, err: expect.stringContaining('is not in the cache') });
});

it('prints one JSON document', async () => {
  const { code, out } = await run('hub', 'prefetch', 'keras:MobileNet', '--json');
  expect({ code, result: JSON.parse(out) }).toMatchObject({
    code: 0,
    result: { lock: place.at('regraft.lock'), bases: [{ uri: 'keras:MobileNet', bytes: 7 }] },
  });
  const failed = await run('hub', 'path', 'keras:VGG16', '--json');
  expect({ code: failed.code, result: JSON.parse(failed.out) }).toMatchObject({ code: 2, result: { error: { code: 'HUB_NOT_CACHED' } } });
});

it.each([
  [['hub'], 'Usage: regraft hub'],
  [['hub', 'lst'], 'Did you mean list?'],
  [['hub', 'prefetch'], "missing required argument 'uris'"],
  [['hub', 'prefetch', 'keras:Mobilenet'], 'Did you mean MobileNet?'],
  [['hub', 'prefetch', 'http://example.org/a.onnx'], 'not encrypted'],
])('%j ends with exit code 2', async (words, text) => {
  expect(await run(...words)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(text) });
});

it('asks nobody with --offline, whatever the verb', async () => {
  writeFileSync(place.at('spec.yaml'), 'task: image-classification\nbase: keras:MobileNet\ndata: { train: ./photos }\n');
  const out = place.at('out');
  const commands = [
    ['inspect', 'keras:MobileNet'],
    ['import', 'keras:MobileNet', '--out', out],
    ['gradcheck', 'keras:MobileNet', '--data', 'x.safetensors', '--out', out],
    ['train', place.at('spec.yaml'), '--out', out],
    ['hub', 'prefetch', 'keras:MobileNet'],
  ];
  for (const command of commands) {
    const { code, err } = await run(...command, '--offline');
    expect({ command, code, err }).toMatchObject({ code: 1, err: expect.stringContaining('offline was asked for') });
  }
  expect(place.server.requests).toEqual([]);
});
