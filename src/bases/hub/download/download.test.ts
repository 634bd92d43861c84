import { existsSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Answer, file, redirect, status } from '../../../../test/hub/server.js';
import { Workplace } from '../../../../test/hub/workplace.js';
import { download } from './download.node.js';

const MODEL = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 251));

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.open();
});
afterEach(() => place.close());

const fetched = async (): Promise<Buffer> => Buffer.from(await (await place.fetch('/a.onnx')).root.read('a.onnx'));
const ranges = (): (string | undefined)[] => place.server.requests.map(({ headers }) => headers.range);

it('comes once, with progress, and then from the cache', async () => {
  place.server.on('/a.onnx', file(MODEL));
  const [seen, from]: [object[], string[]] = [[], []];
  place.events.on('progress', (progress) => seen.push(progress));
  place.events.on('ready', (ready) => from.push(ready.from));
  expect(await fetched()).toEqual(MODEL);
  expect(seen.at(-1)).toEqual({ uri: `${place.server.url}/a.onnx`, bytes: MODEL.length, total: MODEL.length });
  expect(await fetched()).toEqual(MODEL);
  expect(from).toEqual(['network', 'cache']);
  expect(place.server.paths).toEqual(['/a.onnx']);
  expect(place.leftovers()).toEqual([]);
});

it('goes on where it was cut off, as often as it gets further', async () => {
  const cut = file(MODEL, { cutAfter: 50_000 });
  place.server.on('/a.onnx', cut, cut, cut, file(MODEL));
  expect(await fetched()).toEqual(MODEL);
  expect(ranges()).toEqual([undefined, 'bytes=50000-', 'bytes=100000-', 'bytes=150000-']);
});

it('gives up where no try gets further than the one before', async () => {
  const untagged = file(MODEL, { cutAfter: 50_000, etag: undefined });
  const careless: Answer = ({ headers: _, ...request }, response) =>
    file(MODEL, { cutAfter: 50_000 })({ ...request, headers: {} } as IncomingMessage, response);
  place.server.on('/a.bin', untagged).on('/b.bin', careless);
  await expect(place.fetch('/a.bin')).rejects.toMatchObject({ code: 'HUB_NETWORK', values: { attempts: 3 } });
  // The first one got further than nothing.
  await expect(place.fetch('/b.bin')).rejects.toMatchObject({ code: 'HUB_NETWORK', values: { attempts: 3 } });
});

it('goes on after the process ended', async () => {
  place.server.on('/a.onnx', file(MODEL, { cutAfter: 50_000 }), status(503));
  await expect(place.fetch('/a.onnx', { attempts: 2 })).rejects.toMatchObject({
    code: 'HUB_NETWORK',
    message: expect.stringContaining('status 503'),
  });
  place.server.on('/a.onnx', file(MODEL));
  expect(await fetched()).toEqual(MODEL);
  expect(ranges().at(-1)).toBe('bytes=50000-');
});

it('starts over where the file changed meanwhile', async () => {
  place.server.on('/a.onnx', file(MODEL, { cutAfter: 50_000 }), file('another version'));
  expect(String(await fetched())).toBe('another version');
  expect(place.server.requests[1]?.headers['if-range']).toMatch(/^"/);
});

it('starts over where the server sends a part of another version, or none', async () => {
  const other = Buffer.from(MODEL).fill(1);
  const careless: Answer = (request, response) => {
    delete request.headers['if-range'];
    file(other)(request, response);
  };
  place.server.on('/a.onnx', file(MODEL, { cutAfter: 50_000 }), careless);
  expect((await fetched()).equals(other)).toBe(true);
  place.server.on('/b.onnx', file(MODEL, { cutAfter: 50_000 }), status(416), file(MODEL));
  expect(Buffer.from(await (await place.fetch('/b.onnx')).root.read('b.onnx'))).toEqual(MODEL);
});

it('starts over without a tag to go on by, and where the server takes no notice of ranges', async () => {
  place.server.on('/a.onnx', file(MODEL, { cutAfter: 50_000, etag: 'W/"weak"' }), file(MODEL, { etag: undefined, headers: {} }));
  expect(await fetched()).toEqual(MODEL);
  expect(ranges()).toEqual([undefined, undefined]);
  const whole: Answer = (_, response) => void response.writeHead(200).end(MODEL);
  place.server.on('/b.onnx', file(MODEL, { cutAfter: 50_000 }), whole);
  expect(Buffer.from(await (await place.fetch('/b.onnx')).root.read('b.onnx'))).toEqual(MODEL);
  expect(ranges().at(-1)).toBe('bytes=50000-');
});

it('gives up a connection on which nothing comes, and tries again', async () => {
  const reasons: string[] = [];
  place.events.on('retry', ({ reason }) => reasons.push(reason));
  place.server.on('/a.bin', () => {}, file(MODEL, { stallAfter: 50_000 }), file(MODEL));
  const { root } = await place.fetch('/a.bin', { timeout: 1000 });
  expect(Buffer.from(await root.read('a.bin'))).toEqual(MODEL);
  expect(reasons).toEqual([expect.stringContaining('does not answer'), expect.stringContaining('stopped sending')]);
});

it('waits as long as a busy server asks', async () => {
  const delays: number[] = [];
  place.events.on('retry', ({ delay }) => delays.push(delay));
  place.server.on('/a.onnx', status(429, { 'retry-after': '1' }), status(503), file(MODEL));
  const began = performance.now();
  expect(await fetched()).toEqual(MODEL);
  // Timers may fire a millisecond early.
  expect(performance.now() - began).toBeGreaterThan(990);
  expect(delays).toEqual([1000, 2]);
  place.server.on('/b.onnx', status(429, { 'retry-after': new Date(Date.now() + 3600_000).toUTCString() }));
  await expect(place.fetch('/b.onnx')).rejects.toMatchObject({ code: 'HUB_NETWORK', values: { attempts: 1 } });
});

it('takes all of an answer that comes with the end of its connection', async () => {
  const large = Buffer.alloc(2_000_000, 3);
  const plain = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(`HTTP/1.0 200 OK\r\nContent-Length: ${large.length}\r\n\r\n`);
      socket.end(large);
    });
  });
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const { port } = plain.address() as AddressInfo;
  for (let index = 0; index < 5; index++) {
    const { root } = await place.resolve(`http://127.0.0.1:${port}/${index}.bin`);
    expect(await root.read(`${index}.bin`)).toHaveLength(large.length);
  }
  plain.close();
});

it.each([
  [404, 'HUB_NOT_FOUND'],
  [410, 'HUB_NOT_FOUND'],
  [401, 'HUB_ACCESS_DENIED'],
  [403, 'HUB_ACCESS_DENIED'],
  [418, 'HUB_HTTP'],
])('says at once what status %i means', async (code, error) => {
  place.server.on('/a.onnx', status(code));
  await expect(fetched()).rejects.toMatchObject({ code: error, message: expect.stringContaining(String(code)) });
  expect(place.server.requests).toHaveLength(1);
  expect(place.leftovers()).toEqual([]);
});

it('tries three times where nobody answers', async () => {
  await expect(place.resolve('http://127.0.0.1:9/a.onnx')).rejects.toMatchObject({
    code: 'HUB_NETWORK',
    values: { attempts: 3 },
    message: expect.stringContaining('refused'),
  });
});

it('unpacks what a server compresses on the way, and never takes half of it', async () => {
  const packed = gzipSync(MODEL);
  place.server.on(
    '/a.onnx',
    file(packed.subarray(0, 100), { headers: { 'content-encoding': 'gzip' } }),
    file(packed, { headers: { 'content-encoding': 'gzip' } }),
  );
  expect(await fetched()).toEqual(MODEL);
  expect(ranges()).toEqual([undefined, undefined]);
});

it('follows redirects, and takes credentials to no other server', async () => {
  place.server
    .on('/a', redirect('/b', 307))
    .on('/b', redirect(`${place.server.otherUrl}/c`))
    .on('/c', file(MODEL));
  const request = { uri: 'test:', url: `${place.server.url}/a`, partial: place.at('partial'), authorization: 'Basic c2VjcmV0' };
  expect(await download(request, place.options, async ({ bytes }) => bytes)).toBe(MODEL.length);
  expect(place.server.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
    ['/a', 'Basic c2VjcmV0'],
    ['/b', 'Basic c2VjcmV0'],
    ['/c', undefined],
  ]);
});

it('refuses circles, addresses without encryption and passwords in addresses', async () => {
  place.server.on('/a.onnx', redirect('/a.onnx')).on('/b.onnx', redirect('http://example.org/b.onnx')).on('/c.onnx', redirect('http://['));
  await expect(place.fetch('/a.onnx')).rejects.toMatchObject({ code: 'HUB_HTTP', message: expect.stringContaining('10 times') });
  expect(place.server.requests).toHaveLength(11);
  await expect(place.fetch('/b.onnx')).rejects.toMatchObject({ code: 'HUB_URL_REFUSED' });
  await expect(place.fetch('/c.onnx')).rejects.toMatchObject({ code: 'HUB_HTTP' });
  await expect(place.resolve('http://example.org/a.onnx')).rejects.toMatchObject({ code: 'HUB_URL_REFUSED' });
  const refused = await place.resolve('https://me:secret@example.org/a.onnx').catch((error: Error) => error);
  expect(refused).toMatchObject({ code: 'HUB_URL_REFUSED' });
  expect((refused as Error).message).not.toContain('secret');
});

it('takes no web page for a model', async () => {
  place.server.on('/a.onnx', file('<html>Please sign in', { headers: { 'content-type': 'text/html; charset=utf-8' } }));
  await expect(fetched()).rejects.toMatchObject({ code: 'HUB_HTTP', message: expect.stringContaining('web page') });
  expect(place.leftovers()).toEqual([]);
});

it('compares the hash that the source or the server states, and keeps nothing that differs', async () => {
  place.server
    .on('/a', file('changed'), file('right'))
    .on('/b', file('changed'))
    .on('/c', file('x', { headers: { 'x-goog-hash': 'crc32c=AAAAAA==,md5=1B2M2Y8AsgTpgAmY7PhCfg==' } }));
  const expected = { algorithm: 'sha256', hex: '27042f4e' } as const;
  const request = (path: string) => ({ uri: 'test:', url: place.server.url + path, partial: place.at('partial'), expected });
  expect(await download(request('/a'), place.options, async ({ bytes }) => bytes)).toBe(5);
  await expect(download(request('/b'), place.options, async () => {})).rejects.toMatchObject({
    code: 'HUB_HASH_MISMATCH',
    values: { expected: '27042f4e' },
  });
  await expect(download({ ...request('/c'), expected: undefined }, place.options, async () => {})).rejects.toMatchObject({
    code: 'HUB_HASH_MISMATCH',
    values: { algorithm: 'md5' },
  });
  expect(existsSync(place.at('partial'))).toBe(false);
});

it('refuses what is too large, announced or not', async () => {
  const endless: Answer = (_, response) => void response.writeHead(200).end(MODEL);
  place.server
    .on('/a.onnx', file(MODEL))
    .on('/b.onnx', endless)
    .on('/c.onnx', file(gzipSync(MODEL), { headers: { 'content-encoding': 'gzip' } }));
  const limits = { files: 1, bytes: 100_000 };
  for (const path of ['/a.onnx', '/b.onnx', '/c.onnx']) await expect(place.fetch(path, { limits })).rejects.toMatchObject({ code: 'HUB_TOO_LARGE' });
  expect(place.leftovers()).toEqual([]);
});

it('stops when asked, and goes on later', async () => {
  const stop = new AbortController();
  place.server.on('/a.onnx', file(MODEL, { stallAfter: 50_000 }));
  place.events.on('progress', ({ bytes }) => bytes === 50_000 && setTimeout(() => stop.abort(), 50));
  await expect(place.fetch('/a.onnx', { signal: stop.signal, timeout: 10_000 })).rejects.toMatchObject({ code: 'HUB_STOPPED' });
  place.server.on('/a.onnx', file(MODEL));
  expect(await fetched()).toEqual(MODEL);
  expect(ranges().at(-1)).toBe('bytes=50000-');
});

it('says which folder it cannot write to', async () => {
  writeFileSync(place.cache, 'a file where the cache should be');
  place.server.on('/a.onnx', file(MODEL));
  await expect(fetched()).rejects.toMatchObject({ code: 'HUB_CACHE_WRITE', message: expect.stringContaining(join(place.cache, 'https')) });
});
