import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { fail, RegraftError } from '../../core/index.js';
import { saveModelFile } from '../../engine/graph/index.node.js';
import { writeFileAtomically } from '../../learning/data/index.node.js';
import { checkedInfo } from './check.js';
import { type BundleFiles, INFO_FILE, isModelPart, MODEL_FILE } from './files.js';
import { failToWrite, replaceFolder } from './replace.node.js';
import { writeTransformers } from './transformers.node.js';

/** Forms a bundle can have outside of its run. */
export type BundleForm = 'bundle' | 'zip' | 'onnx' | 'transformers';

/**
 * Writes a bundle once more: as a folder, as one `.zip`, as the bare model, or as a folder that transformers loads. Every file is checked first. The same bundle gives the same bytes.
 * @throws BUNDLE_BROKEN, BUNDLE_PATH_TAKEN, BUNDLE_WRITE_FAILED, EXPORT_TRANSFORMERS
 */
export async function copyBundle(files: BundleFiles, path: string, form: BundleForm): Promise<void> {
  const info = await checkedInfo(files);
  if (form === 'bundle') return copyFolder(files, path);
  if (form === 'transformers') return writeTransformers(files, info, path);
  try {
    await mkdir(dirname(resolve(path)), { recursive: true });
    if (form === 'zip') await writeFileAtomically(path, zipChunks(files));
    else if (!Object.keys(info.files).some((name) => isModelPart(name) && name !== MODEL_FILE))
      await writeFileAtomically(path, [await contentOf(files, MODEL_FILE)]);
    // The data files of a large model are named after the model file.
    else await saveModelFile(path, await files.model());
  } catch (cause) {
    if (cause instanceof RegraftError && cause.code === 'BUNDLE_BROKEN') throw cause;
    failToWrite(path, cause);
  }
}

async function copyFolder(files: BundleFiles, path: string): Promise<void> {
  await replaceFolder(path, async (folder) => {
    for (const name of await files.list()) await writeFile(join(folder, name), await contentOf(files, name), { flush: true });
  });
}

/** Every archive says that it was made when the zip format was: what it holds decides its bytes, not the clock. */
const MOMENT = new Date(1980, 0, 1);
/** Text gains from compression, weights do not. */
const COMPRESSED = /\.(json|md|txt)$/;

/** The bytes of a zip archive with one file in memory at a time; `bundle.json` comes first. */
async function* zipChunks(files: BundleFiles): AsyncGenerator<Uint8Array> {
  const waiting: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    waiting.push(chunk);
  });
  const names = [...(await files.list())].sort((a, b) => Number(b === INFO_FILE) - Number(a === INFO_FILE));
  for (const name of names) {
    const entry = COMPRESSED.test(name) ? new ZipDeflate(name, { level: 9 }) : new ZipPassThrough(name);
    entry.mtime = MOMENT;
    zip.add(entry);
    entry.push(await contentOf(files, name), true);
    yield* waiting.splice(0);
  }
  zip.end();
  yield* waiting;
}

async function contentOf(files: BundleFiles, name: string): Promise<Uint8Array> {
  return (await files.read(name)) ?? fail('BUNDLE_BROKEN', { path: files.path, reason: `${name} is missing.` });
}
