import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { file, HubServer } from './server.js';
import { Workplace } from './workplace.js';

let place: Workplace;
let proxy: HubServer;
beforeEach(async () => {
  place = await Workplace.open();
  proxy = await new HubServer().start();
  place.server.on('/a.bin', file('through')).on('/b.bin', file('around'));
});
afterEach(async () => {
  await proxy.stop();
  await place.close();
});

it('goes through the proxy that the environment names, and around it where NO_PROXY says so', async () => {
  vi.stubEnv('HTTP_PROXY', proxy.url);
  vi.stubEnv('http_proxy', undefined);
  vi.stubEnv('NO_PROXY', 'localhost');
  expect(await place.read('/a.bin', 'a.bin')).toBe('through');
  // A tunnel, also for what is not encrypted.
  const tunnel = `CONNECT ${new URL(place.server.url).host}`;
  expect(proxy.paths).toEqual([tunnel]);
  const { root } = await place.resolve(`${place.server.otherUrl}/b.bin`);
  expect(new TextDecoder().decode(await root.read('b.bin'))).toBe('around');
  expect(proxy.paths).toEqual([tunnel]);
});
