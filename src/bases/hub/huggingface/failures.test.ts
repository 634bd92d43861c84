import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeHuggingFace, refused, resolvePath } from '../../../../test/hub/fake-hugging-face.js';
import { type Answer, file, json, redirect, status } from '../../../../test/hub/server.js';
import { Workplace } from '../../../../test/hub/workplace.js';

const REPO = 'owner/repo';
const COMMIT = 'a'.repeat(40);
const INFO = `/api/models/${REPO}/revision`;

let place: Workplace;
let hub: FakeHuggingFace;
beforeEach(async () => {
  place = await Workplace.open();
  hub = await new FakeHuggingFace(place).start();
  hub.publish({ repo: REPO, commit: COMMIT, files: { 'config.json': '{}', 'model.safetensors': 'weights' } });
});
afterEach(async () => {
  await hub.stop();
  await place.close();
});

const failure = (uri = `hf:${REPO}`): Promise<Error & { code: string; remedy: string }> =>
  place.resolve(uri).then(
    () => Promise.reject(new Error('was resolved')),
    (error) => error,
  );

/** What only somebody whose terms were accepted gets. */
function gated(granted: Answer): Answer {
  return (request, response) => {
    const { authorization } = request.headers;
    if (authorization === 'Bearer hf_granted') granted(request, response);
    else refused('GatedRepo', authorization === undefined ? 401 : 403)(request, response);
  };
}

it('says how to come by a gated repository, whether the listing or only its files are refused', async () => {
  for (const [path, granted] of [
    [`${INFO}/main`, json({ id: REPO, sha: COMMIT, gated: 'manual', private: false })],
    [resolvePath(REPO, COMMIT, 'config.json'), file('{}')],
  ] as const) {
    place.server.on(path, gated(granted));
    vi.stubEnv('HF_TOKEN', '');
    const told = expect.stringMatching(new RegExp(`Accept its terms on ${place.server.url}/${REPO} .*HF_TOKEN`));
    expect(await failure()).toMatchObject({ code: 'HUB_ACCESS_DENIED', values: { status: 401 }, remedy: told });
    vi.stubEnv('HF_TOKEN', 'hf_other');
    expect(await failure()).toMatchObject({ code: 'HUB_ACCESS_DENIED', values: { status: 403 }, remedy: told });
    vi.stubEnv('HF_TOKEN', 'hf_granted');
  }
  expect(await (await place.resolve(`hf:${REPO}`)).root.list()).toEqual(['config.json', 'model.safetensors']);
});

it('tells what is missing from what may not be seen, as far as the Hub does', async () => {
  place.server.on(`${INFO}/main`, refused('RepoNotFound', 401));
  expect(await failure()).toMatchObject({ code: 'HUB_ACCESS_DENIED', remedy: expect.stringMatching(/no such repository.*spelling.*HF_TOKEN/) });
  place.server.on(`${INFO}/main`, refused('RepoNotFound', 404));
  expect(await failure()).toMatchObject({ code: 'HUB_NOT_FOUND' });
  place.server.on(`${INFO}/main`, status(401, { 'x-error-message': 'Invalid credentials in Authorization header' }));
  expect(await failure()).toMatchObject({ code: 'HUB_ACCESS_DENIED', remedy: expect.stringContaining('not valid') });
  place.server.on(`${INFO}/nope`, refused('RevisionNotFound', 404));
  expect(await failure(`hf:${REPO}@nope`)).toMatchObject({ code: 'HUB_NOT_FOUND', message: expect.stringContaining(`hf:${REPO}@nope`) });
  place.server.on(resolvePath(REPO, COMMIT, 'config.json'), refused('EntryNotFound', 404));
  expect(await failure(`hf:${REPO}@${COMMIT}`)).toMatchObject({ code: 'HUB_NOT_FOUND', message: expect.stringContaining('config.json') });
});

it('names the files there are, and the one that was meant', async () => {
  const error = await failure(`hf:${REPO}/model.safetensor`);
  expect(error).toMatchObject({ code: 'HUB_FILE_NOT_IN_REPOSITORY', message: expect.stringContaining('Did you mean model.safetensors?') });
  expect(error.remedy).toContain('config.json, model.safetensors');
  hub.publish({ repo: REPO, commit: COMMIT, files: { 'README.md': '', 'model.gguf': '' } });
  expect(await failure()).toMatchObject({ code: 'HUB_WEIGHTS_MISSING', message: expect.stringContaining('README.md, model.gguf') });
});

it.each<[string, Answer]>([
  ['no commit', json({ id: REPO })],
  ['a commit that is none', json({ id: REPO, sha: '../../x' })],
  ['nothing', json(null)],
  ['a page', file('<html>', { headers: { 'content-type': 'text/html' } })],
])('refuses facts with %s', async (_, answer) => {
  place.server.on(`${INFO}/main`, answer);
  expect(await failure()).toMatchObject({ code: 'HUB_HTTP' });
});

it('takes no file from a listing that would leave the folder or has no hash, and no listing that is none', async () => {
  const entry = { type: 'file', size: 1, oid: 'b'.repeat(40) };
  const bad = [
    { ...entry, path: '../x.onnx' },
    { ...entry, path: '/x.onnx' },
    { ...entry, path: 'x.onnx', oid: '../../x' },
    { ...entry, path: 5 },
    null,
  ];
  place.server.on(`/api/models/${REPO}/tree/${COMMIT}`, json(bad));
  expect(await failure()).toMatchObject({ code: 'HUB_WEIGHTS_MISSING', values: { files: 'none' } });
  place.server.on(`/api/models/${REPO}/tree/${COMMIT}`, json({ error: 'x' }));
  expect(await failure()).toMatchObject({ code: 'HUB_HTTP' });
});

it('follows a repository that was renamed, on the same host', async () => {
  place.server.on(`${INFO}/main`, redirect('/api/models/new/name/revision/main', 307));
  place.server.on('/api/models/new/name/revision/main', json({ id: 'new/name', sha: COMMIT }));
  vi.stubEnv('HF_TOKEN', 'hf_secret');
  expect((await place.resolve(`hf:${REPO}`)).source.uri).toBe(`hf:${REPO}@${COMMIT}`);
  expect(place.server.requests[1]?.headers.authorization).toBe('Bearer hf_secret');
});

it('stops when asked', async () => {
  place.server.on(`${INFO}/main`, () => {});
  const signal = AbortSignal.timeout(300);
  await expect(place.resolve(`hf:${REPO}`, { signal })).rejects.toMatchObject({ code: 'HUB_STOPPED' });
});

it('refuses an endpoint that is not encrypted, or no address', async () => {
  for (const endpoint of ['http://example.org', 'huggingface']) {
    vi.stubEnv('HF_ENDPOINT', endpoint);
    expect(await failure()).toMatchObject({ code: 'HUB_URL_REFUSED' });
  }
});
