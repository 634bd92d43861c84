import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model } from '../../engine/graph/index.js';
import { saveModelFile } from '../../engine/graph/index.node.js';
import { modelCard } from './card.js';
import { CARD_FILE, type Digest, INFO_FILE, MODEL_FILE } from './files.js';
import { digestFile } from './folder.node.js';
import type { BundleInfo } from './info.js';
import { replaceFolder } from './replace.node.js';

/**
 * Writes a bundle folder: `model.onnx` (with data files beside it where it is large), `bundle.json` and `MODEL_CARD.md`. The folder appears
 * whole or not at all; a bundle of the same name is replaced.
 * @param files what the model needs beside it, by name: tokenizer, processor
 * @throws BUNDLE_PATH_TAKEN when the name belongs to something else; BUNDLE_WRITE_FAILED, for instance on a full disk
 */
export function writeBundle(
  path: string,
  model: Model,
  info: Omit<BundleInfo, 'files'>,
  files: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<BundleInfo> {
  return replaceFolder(path, async (folder) => {
    await saveModelFile(join(folder, MODEL_FILE), model);
    for (const [name, bytes] of files) await writeFile(join(folder, name), bytes, { flush: true });
    const complete = { ...info, files: await digests(folder) };
    await writeFile(join(folder, CARD_FILE), modelCard(info), { flush: true });
    await writeFile(join(folder, INFO_FILE), `${JSON.stringify(complete, undefined, 2)}\n`, { flush: true });
    return complete;
  });
}

async function digests(folder: string): Promise<Record<string, Digest>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await digestFile(join(folder, name))] as const)));
}
