import type { Model } from '../../engine/graph/index.js';
import { checkedInfo } from './check.js';
import { type BundleFiles, isModelPart } from './files.js';
import { openBundleFiles } from './folder.node.js';
import type { BundleInfo } from './info.js';

/** A bundle in memory. */
export interface Bundle {
  readonly path: string;
  readonly info: BundleInfo;
  readonly model: Model;
  /** What the model needs beside it, by name: tokenizer, processor. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads a bundle: its folder, a `.zip` of it, or the folder of the run that made it.
 * @throws BUNDLE_NOT_FOUND, BUNDLE_BROKEN when a file is missing, damaged or changed, BUNDLE_FORMAT
 */
export async function readBundle(path: string): Promise<Bundle> {
  const files = await openBundleFiles(path);
  const info = await checkedInfo(files);
  return { path: files.path, info, model: await files.model(), files: await companions(files, Object.keys(info.files)) };
}

async function companions(files: BundleFiles, names: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const name of names) {
    const bytes = isModelPart(name) ? undefined : await files.read(name);
    if (bytes) found.set(name, bytes);
  }
  return found;
}
