import { readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Checksum, digestFile } from '../digest.node.js';
import { listFiles } from '../disk.node.js';
import { choose, filesOf } from './choose.js';
import { licenceOfReadme } from './licence.js';
import { type SharedRepository, snapshotFolder } from './shared-cache.node.js';

/** A snapshot that another program downloaded, or part of one. */
export interface KeptSnapshot {
  /** What is used of it. */
  readonly paths: readonly string[];
  /** What its model card states, where it has one. */
  readonly licence: string | undefined;
  /** Whether that is all there is at the Hub: the program wrote down what the repository holds. */
  readonly isWhole: boolean;
}

/** What a snapshot on this machine has for an address; `undefined` where files are missing. Their content is not looked at. */
export async function keptSnapshot(shared: SharedRepository, commit: string, file: string | undefined): Promise<KeptSnapshot | undefined> {
  const folder = snapshotFolder(shared, commit);
  const here = await listFiles(folder).catch(() => [] as string[]);
  const listed = await listedPaths(shared, commit);
  const choice = choose(listed ?? here.filter((path) => !path.endsWith('.tmp')), file);
  if (!choice || !here.includes(choice.main)) return undefined;
  const paths = await filesOf(choice, () => readFile(join(folder, choice.main)));
  if (!paths.every((path) => here.includes(path))) return undefined;
  const licence = licenceOfReadme(await readFile(join(folder, 'README.md'), 'utf8').catch(() => ''));
  return { paths, licence, isWhole: listed !== undefined };
}

const treeForm = z.object({ files: z.record(z.string(), z.unknown()) });

/** What the repository holds, where it was written down. Source: huggingface_hub, _tree_cache.py. */
async function listedPaths({ folder }: SharedRepository, commit: string): Promise<readonly string[] | undefined> {
  const text = await readFile(join(folder, 'trees', `${commit}.json`), 'utf8').catch(() => 'null');
  const tree = treeForm.safeParse(parse(text));
  return tree.success ? Object.keys(tree.data.files) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether files of a snapshot are what their names say: a blob is named after its hash. What is no link to one is taken as it is. */
export async function isSnapshotIntact(shared: SharedRepository, commit: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (!(await isIntact(join(snapshotFolder(shared, commit), path)))) return false;
  return true;
}

async function isIntact(path: string): Promise<boolean> {
  const blob = await realpath(path).catch(() => undefined);
  if (blob === undefined) return false;
  const hex = basename(blob);
  const algorithm = algorithms.get(hex.length);
  return !/^[0-9a-f]+$/.test(hex) || algorithm === undefined || (await digestFile(blob, algorithm)) === hex;
}

const algorithms: ReadonlyMap<number, Checksum['algorithm']> = new Map([
  [40, 'git-sha1'],
  [64, 'sha256'],
]);
