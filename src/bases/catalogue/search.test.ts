import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { huggingFaceAnswer, kaggleAnswer, npmAnswer } from '../../../test/catalogue/answers.js';
import { NpmSearch } from '../../../test/catalogue/npm-search.js';
import { startChild } from '../../../test/hub/child.js';
import { type Answer, file, json, status } from '../../../test/hub/server.js';
import { Workplace } from '../../../test/hub/workplace.js';
import { type SearchOptions, type SearchRequest, searchModels } from './search.node.js';

const KAGGLE = '/api/v1/models/list';
const HUGGING_FACE = '/api/models';

let place: Workplace;
let npm: NpmSearch;
beforeEach(async () => {
  place = await Workplace.open();
  npm = new NpmSearch();
  vi.stubEnv('HF_ENDPOINT', place.server.url);
  vi.stubEnv('HF_TOKEN', '');
  npm.answer({ stdout: JSON.stringify(npmAnswer, null, 1), stderr: 'npm warn Unknown user config.\n' });
  place.server.on(KAGGLE, json(kaggleAnswer)).on(HUGGING_FACE, json(huggingFaceAnswer));
});
afterEach(async () => {
  npm.remove();
  await place.close();
});

const find = (request: Partial<SearchRequest>, options: SearchOptions = {}): ReturnType<typeof searchModels> =>
  searchModels({ query: 'resnet', limit: 200, ...request }, { baseDir: place.folder, retryDelay: 1, ...options });

const urisOf = ({ models }: Awaited<ReturnType<typeof find>>): string[] => models.map(({ uri }) => uri);

it('joins the catalogue with what the hubs find, in the same shape', async () => {
  const found = await find({});
  expect(found.hubs).toEqual([
    { source: 'npm', found: 2 },
    { source: 'tfhub', found: 3 },
    { source: 'hf', found: 3 },
  ]);
  const byUri = new Map(found.models.map((model) => [model.uri, model]));
  expect(byUri.get('keras:ResNet50')).toMatchObject({ source: 'keras', licence: 'MIT', metrics: [{ name: 'ImageNet top-1', value: 0.749 }, {}] });
  expect(byUri.get('hf:microsoft/resnet-50')).toEqual({
    uri: 'hf:microsoft/resnet-50',
    source: 'hf',
    title: 'resnet-50',
    task: 'image-classification',
    parameters: 25_583_592,
    data: 'imagenet-1k',
    licence: 'Apache-2.0',
    format: 'transformers',
    facts: `${place.server.url}/microsoft/resnet-50`,
    importable: 'untried',
    measured: [],
  });
  expect(byUri.get('hf:somebody/resnet-emotions')).toMatchObject({ task: 'pose', data: 'a, b', notes: expect.stringContaining('terms') });
  expect(byUri.get('hf:timm/resnet-silent')).not.toHaveProperty('licence');
  expect(byUri.get('tfhub:google/resnet-v1/tensorFlow2/50-classification')).toEqual({
    uri: 'tfhub:google/resnet-v1/tensorFlow2/50-classification',
    source: 'tfhub',
    title: 'ResNet V1',
    task: 'image-classification',
    licence: 'Apache-2.0',
    format: 'tensorFlow2',
    notes: 'Deep residual networks One of 3 variations.',
    facts: 'https://www.kaggle.com/models/google/resnet-v1',
    importable: 'untried',
    measured: [],
  });
  expect(byUri.get('tfhub:somebody/resnet-torch/pyTorch/default')).toMatchObject({ importable: 'not yet' });
  expect(byUri.get('npm:resnet-onnx-weights@1.0.2')).toMatchObject({
    source: 'npm',
    licence: 'MIT',
    importable: 'untried',
    notes: 'ResNet50 as ONNX',
  });
});

it('leaves out packages that hold no models, and what the catalogue knows better', async () => {
  const uris = urisOf(await find({}));
  expect(uris.filter((uri) => /acme|nsfwjs@4.3.1|mobilenet-v2\/tensorFlow2\/100-224-classification/.test(uri))).toEqual([]);
  expect(new Set(uris).size).toBe(uris.length);
});

it('asks the hubs in their own words', async () => {
  vi.stubEnv('HF_TOKEN', 'hf_secret');
  vi.stubEnv('KAGGLE_API_TOKEN', 'KGAT_1');
  await find({ query: '  resnet   --unsafe -50 $(x)', task: 'pose-estimation', licence: 'apache-2.0', limit: 30 });
  expect(npm.words).toEqual(['search', '--json', '--searchlimit=30', '--fetch-retries=0', '--', 'resnet', 'unsafe', '50', 'x']);
  const asked = place.server.requests.map(({ path, headers }) => ({ url: new URL(path, place.server.url), authorization: headers.authorization }));
  const of = (path: string) => asked.find(({ url }) => url.pathname === path);
  expect(of(HUGGING_FACE)?.authorization).toBe('Bearer hf_secret');
  expect(Object.fromEntries(of(HUGGING_FACE)?.url.searchParams ?? [])).toMatchObject({
    search: 'resnet --unsafe -50 $(x)',
    pipeline_tag: 'keypoint-detection',
    filter: 'license:apache-2.0',
    sort: 'downloads',
    limit: '30',
  });
  expect(of(KAGGLE)?.authorization).toBe('Bearer KGAT_1');
  expect(Object.fromEntries(of(KAGGLE)?.url.searchParams ?? [])).toEqual({ search: 'resnet --unsafe -50 $(x)', sortBy: 'hotness', pageSize: '20' });
});

it('filters by task, licence, size and source, and counts what does not say', async () => {
  const all = await find({});
  const licensed = await find({ licence: 'mit' });
  expect(licensed.models.length).toBeGreaterThan(0);
  expect(licensed.models.every(({ licence }) => licence === 'MIT')).toBe(true);
  expect(licensed.silent).toBe(all.models.filter(({ licence }) => licence === undefined).length);
  expect(urisOf(await find({ task: 'pose' }))).toEqual(['hf:somebody/resnet-emotions']);
  expect(urisOf(await find({ maxParams: 25_583_592, source: 'hf' }))).toEqual(['hf:microsoft/resnet-50']);
  expect(urisOf(await find({ maxParams: 25_583_591, source: 'huggingface' }))).toEqual([]);
  expect((await find({ source: 'kaggle' })).hubs).toEqual([{ source: 'tfhub', found: 3 }]);
  const two = await find({ limit: 2 });
  expect({ shown: two.models.length, total: two.total }).toEqual({ shown: 2, total: all.total });
});

it.each([
  [{ task: 'image-clasification' }, 'There is no task "image-clasification". Did you mean image-classification?'],
  [{ task: 'juggling' }, 'There is no task "juggling".'],
  [{ licence: 'apche-2.0' }, 'There is no licence "apche-2.0". Did you mean apache-2.0?'],
  [{ source: 'kagle' }, 'There is no source "kagle". Did you mean kaggle?'],
  [{ source: 'constructor' }, 'There is no source "constructor".'],
])('says what was meant by %j before anybody is asked', async (request, message) => {
  await expect(find(request)).rejects.toMatchObject({ code: 'SEARCH_VALUE_UNKNOWN', message });
  expect(place.server.requests).toEqual([]);
  expect(npm.words).toBeUndefined();
});

const stall: Answer = () => {};

it.each([
  ['busy', status(429), { code: 'SEARCH_FAILED', message: expect.stringContaining('status 429') }],
  ['busy for longer than anybody waits', status(429, { 'retry-after': '60' }), { code: 'SEARCH_FAILED', message: expect.stringContaining('429') }],
  ['broken', status(500), { code: 'SEARCH_FAILED', message: expect.stringContaining('status 500') }],
  ['closed', status(401), { code: 'HUB_ACCESS_DENIED' }],
  ['silent', stall, { code: 'SEARCH_FAILED', message: expect.stringContaining('not answer within 5 s') }],
  ['no hub', file('<html>'), { code: 'HUB_HTTP', message: expect.stringContaining('not JSON') }],
  ['another hub', json({ error: 'sorry' }), { code: 'HUB_HTTP', message: expect.stringContaining('not a list of models') }],
])('reports a hub that is %s, and keeps what the others found', async (_, answer, failure) => {
  place.server.on(HUGGING_FACE, answer).on(KAGGLE, answer);
  // Long enough for a process to start on a busy machine; nothing but the silent waits for it.
  const found = await find({}, { timeout: 5000 });
  expect(found.hubs).toMatchObject([
    { source: 'npm', found: 2 },
    { source: 'tfhub', found: 0, failure },
    { source: 'hf', found: 0, failure },
  ]);
  expect(urisOf(found)).toEqual(expect.arrayContaining(['keras:ResNet50', 'npm:resnet-onnx-weights@1.0.2']));
});

it.each([
  [
    { delay: 0, exitCode: 1, stderr: 'npm warn x\nnpm error code E500\nnpm error 500 Internal Server Error\n' },
    'SEARCH_FAILED',
    'searched: 500 Internal',
  ],
  [{ delay: 0, stdout: '{"error":{}}' }, 'SEARCH_FAILED', 'not a list'],
  [{ delay: 20_000 }, 'SEARCH_FAILED', 'npm could not be searched: it did not answer within 2 s'],
])('reports npm that answers %j', async (behaviour, code, text) => {
  npm.answer(behaviour);
  const { hubs, models } = await find({ source: 'npm' }, { timeout: behaviour.delay ? 2000 : 20_000 });
  expect(hubs).toMatchObject([{ source: 'npm', found: 0, failure: { code, message: expect.stringContaining(text) } }]);
  expect(models.some(({ source }) => source !== 'npm')).toBe(false);
});

it.each(['nowhere', 'ftp://example.org', 'http://example.org'])('reports that %s is no endpoint', async (endpoint) => {
  vi.stubEnv('HF_ENDPOINT', endpoint);
  expect((await find({ source: 'hf' })).hubs).toMatchObject([{ source: 'hf', failure: { code: 'HUB_URL_REFUSED' } }]);
});

it('passes over what is no address', async () => {
  const odd = ['../x', 'a/b/c', 'a/b\u001b[2J', ''];
  place.server.on(HUGGING_FACE, json(odd.map((id) => ({ id }))));
  place.server.on(KAGGLE, json({ models: odd.map((ref) => ({ ref, title: 'x', instances: [{ slug: 'y', framework: 'TfJs' }] })) }));
  npm.answer({ stdout: JSON.stringify(odd.map((name) => ({ name: name || '-x', version: '1.0.0', description: 'onnx model' }))) });
  expect((await find({})).hubs).toMatchObject([{ found: 0 }, { found: 0 }, { found: 0 }]);
});

it('stops when it is asked to', async () => {
  place.server.on(HUGGING_FACE, stall);
  await expect(find({}, { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ code: 'HUB_STOPPED' });
});

it('searches the catalogue alone, without a network, when offline', async () => {
  const door = new URL('./index.node.ts', import.meta.url).href;
  const search = (options: object): string =>
    `const { searchModels } = await import(${JSON.stringify(door)});
     const { hubs, models, offline } = await searchModels({ query: 'mobilenetv2' }, ${JSON.stringify(options)});
     process.stdout.write(JSON.stringify({ hubs: hubs.length, first: models[0]?.source, offline }));`;
  const online = await startChild(search({ timeout: 5000 }), { denied: true }).ended;
  expect(online.err).toContain('DENIED');
  const expected = { code: 0, out: JSON.stringify({ hubs: 0, first: 'keras', offline: true }), err: '' };
  expect(await startChild(search({ offline: true }), { denied: true }).ended).toEqual(expected);
  vi.stubEnv('REGRAFT_OFFLINE', '1');
  expect(await startChild(search({}), { denied: true }).ended).toEqual(expected);
  expect(place.server.requests).toEqual([]);
});
