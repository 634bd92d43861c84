import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../../core/index.js';
import { type BundleInfo, checkedInfo, openBundleFiles } from '../../../reuse/bundle/index.node.js';
import { loadSpec } from '../../spec/index.node.js';
import { RunFolder, type RunRecord } from '../run-folder.node.js';
import type { Facts } from './compare.js';

/** What a bundle records of a spec and of what came of it. */
const IN_BUNDLE = /^(task|recipe\.name|labels|(decode|preprocessing)\b.*)$/;

/**
 * What a spec file, a run or a bundle says of itself. A `run.json` or `bundle.json` stands for its folder.
 * @throws DIFF_TARGET where it is none of them, SPEC_, RUN_ and BUNDLE_ errors
 */
export async function readFacts(path: string): Promise<Facts> {
  const found = await stat(path).catch((cause: unknown) => fail('DIFF_TARGET', { path, reason: 'there is no such file or folder' }, cause));
  if (found.isDirectory()) return folderFacts(path);
  if (['run.json', 'bundle.json'].includes(basename(path))) return folderFacts(dirname(path));
  if (path.toLowerCase().endsWith('.zip')) return bundleFacts(path);
  if (!/\.(ya?ml|json)$/i.test(path)) fail('DIFF_TARGET', { path, reason: 'a spec ends in .yaml, .yml or .json' });
  const spec = await loadSpec(path);
  return { path, kind: 'spec', spec: { ...spec }, records: sectionsOf(spec) };
}

async function folderFacts(path: string): Promise<Facts> {
  if (await isFile(join(path, 'run.json'))) return runFacts(path, await (await RunFolder.open(path)).record());
  if (await isFile(join(path, 'bundle.json'))) return bundleFacts(path);
  return fail('DIFF_TARGET', { path, reason: 'the folder holds neither run.json nor bundle.json' });
}

function runFacts(path: string, { spec, base, data, versions, machine, started, finished, metrics }: RunRecord): Facts {
  return {
    path,
    kind: 'run',
    spec: { ...spec, labels: data.names },
    records: sectionsOf({ ...spec, labels: [] }),
    sources: { base, data: { sha256: data.sha256, samples: data.samples } },
    versions,
    machine,
    ...(metrics && { metrics }),
    ...(finished !== undefined && { seconds: (Date.parse(finished) - Date.parse(started)) / 1000 }),
  };
}

async function bundleFacts(path: string): Promise<Facts> {
  const { task, recipe, labels, decode, preprocessing, base, data, versions, metrics }: BundleInfo = await checkedInfo(await openBundleFiles(path));
  return {
    path,
    kind: 'bundle',
    spec: { task, recipe: { name: recipe }, labels, decode, preprocessing },
    records: (key) => IN_BUNDLE.test(key),
    sources: { base, data },
    versions,
    metrics,
  };
}

/** A resolved spec has all of its sections, so that a key in one of them that is missing was not written. */
function sectionsOf(spec: object): Facts['records'] {
  const sections = Object.keys(spec);
  return (key) => sections.includes(key.split(/[.[]/)[0] ?? '');
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
