import type { HubListResult, HubPathResult, HubRemoveResult, HubVerifyResult, PrefetchResult } from '../../workflow/index.node.js';
import { bytesText, table } from '../table.js';
import { defineVerb, offlineOption } from '../verb.js';

/** `regraft hub prefetch URI…` */
export const hubPrefetch = defineVerb<PrefetchResult>({
  syntax: 'hub prefetch <uris...>',
  summary: 'Fetch bases for use offline, and write what they are into regraft.lock.',
  example: 'regraft hub prefetch keras:MobileNetV2 npm:nsfwjs@4.3.0/dist/models/mobilenet_v2',
  options: [{ flags: '--update', description: 'ask the sources again, and lock what they have now' }, offlineOption],
  run: async (input, context) => {
    const { prefetch } = await import('../../workflow/index.node.js');
    return prefetch({ uris: input.rest(0), update: input.flag('update') }, context);
  },
  format: ({ lock, bases }) => {
    const rows = bases.map(({ resolved, bytes, licence }) => [resolved, bytesText(bytes), licence ?? 'not stated']);
    return [...table(['base', 'size', 'licence'], rows), `Locked in ${lock}`].join('\n');
  },
});

/** `regraft hub list` */
export const hubList = defineVerb<HubListResult>({
  syntax: 'hub list',
  summary: 'Show which bases are in the cache.',
  example: 'regraft hub list --json',
  options: [],
  run: async () => (await import('../../workflow/index.node.js')).listHub(),
  format: ({ cache, bases }) => {
    if (bases.length === 0) return `Nothing is in the cache ${cache} yet.\nNext: regraft hub prefetch URI`;
    const rows = bases.map(({ uri, bytes, fetched, licence }) => [uri, bytesText(bytes), fetched?.slice(0, 10) ?? '', licence ?? '']);
    const total = bases.reduce((sum, { bytes }) => sum + bytes, 0);
    return [...table(['base', 'size', 'fetched', 'licence'], rows), `${bytesText(total)} in ${cache}`].join('\n');
  },
});

/** What became of a damaged base. */
const ends: Readonly<Record<string, string>> = { mended: 'fetched again', removed: 'removed, since the package is installed' };

/** `regraft hub verify` */
export const hubVerify = defineVerb<HubVerifyResult>({
  syntax: 'hub verify',
  summary: 'Compare every byte of the cache with its hash; fetch again what is damaged.',
  example: 'regraft hub verify',
  options: [offlineOption],
  run: async (_, context) => (await import('../../workflow/index.node.js')).verifyHub(context),
  format: ({ bases }) => {
    const troubles = bases.filter(({ state }) => state !== 'intact');
    const lines = troubles.map(({ uri, state, file, reason }) => `${uri}: "${file}" was damaged; ${ends[state] ?? `not mended: ${reason}`}`);
    return [...lines, `${bases.length - troubles.length} of ${bases.length} bases were intact.`].join('\n');
  },
  isDone: ({ ok }) => ok,
});

/** `regraft hub remove URI` */
export const hubRemove = defineVerb<HubRemoveResult>({
  syntax: 'hub remove <uri>',
  summary: 'Remove a base from the cache; without a version, all of its versions.',
  example: 'regraft hub remove keras:VGG16',
  options: [],
  run: async (input) => (await import('../../workflow/index.node.js')).removeFromHub(input.argument(0, 'uri')),
  format: ({ removed }) => removed.map(({ uri, bytes, folder }) => `Removed ${uri}: ${bytesText(bytes)} in ${folder}`).join('\n'),
});

/** `regraft hub path URI` */
export const hubPath = defineVerb<HubPathResult>({
  syntax: 'hub path <uri>',
  summary: 'Print where a base lies on this machine.',
  example: 'regraft hub path keras:MobileNetV2',
  options: [],
  run: async (input, context) => (await import('../../workflow/index.node.js')).pathInHub(input.argument(0, 'uri'), context),
  format: ({ path }) => path,
});
