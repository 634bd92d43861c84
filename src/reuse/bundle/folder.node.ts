import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fail, fileFailure } from '../../core/index.js';
import { loadModelFile } from '../../engine/graph/index.node.js';
import { archiveFiles } from './archive.js';
import { type BundleFiles, type Digest, INFO_FILE, MODEL_FILE } from './files.js';

/**
 * The files of a bundle on disk: its folder, a `.zip` of it, or the folder of the run that made it.
 * @throws BUNDLE_NOT_FOUND, BUNDLE_BROKEN
 */
export async function openBundleFiles(path: string): Promise<BundleFiles> {
  const found = await stat(path).catch((cause: unknown) => fail('BUNDLE_NOT_FOUND', { path, reason: 'there is no such file or folder.' }, cause));
  if (found.isFile()) return openArchive(path);
  if (await isFile(join(path, INFO_FILE))) return folderFiles(path);
  if (!(await isFile(join(path, 'run.json')))) fail('BUNDLE_NOT_FOUND', { path, reason: `it holds no ${INFO_FILE}.` });
  const inside = join(path, 'bundle');
  if (await isFile(join(inside, INFO_FILE))) return folderFiles(inside);
  return fail('BUNDLE_NOT_FOUND', { path, reason: 'this run has not reached its end. Go on with `regraft train --resume`.' });
}

/** Whether a path on disk is a bundle: a folder or an archive that says so. */
export async function isBundle(path: string): Promise<boolean> {
  return path.toLowerCase().endsWith('.zip') ? isFile(path) : isFile(join(path, INFO_FILE));
}

function folderFiles(path: string): BundleFiles {
  const orNone = (error: unknown): undefined => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') fail('BUNDLE_BROKEN', { path, reason: `${fileFailure(error)}.` }, error);
  };
  return {
    path,
    list: async () => (await readdir(path, { withFileTypes: true })).flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort(),
    read: (name) => readFile(join(path, name)).catch(orNone),
    digest: (name) => digestFile(join(path, name)).catch(orNone),
    model: () => loadModelFile(join(path, MODEL_FILE)),
  };
}

async function openArchive(path: string): Promise<BundleFiles> {
  const archive = await readFile(path).catch((cause: unknown) => fail('BUNDLE_BROKEN', { path, reason: `${fileFailure(cause)}.` }, cause));
  const files = archiveFiles(archive, path);
  if ((await files.read(INFO_FILE)) === undefined) fail('BUNDLE_NOT_FOUND', { path, reason: `it holds no ${INFO_FILE}.` });
  return files;
}

/** Size and SHA-256 of a file, read as a stream. */
export async function digestFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const { size } = await stat(path);
  return { sha256: hash.digest('hex'), bytes: size };
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
