import type { Model } from '../../engine/graph/index.js';
import { checkedInfo } from './check.js';
import { openBundleFiles } from './folder.node.js';
import type { BundleInfo } from './info.js';

/** A bundle in memory. */
export interface Bundle {
  readonly path: string;
  readonly info: BundleInfo;
  readonly model: Model;
}

/**
 * Reads a bundle: its folder, a `.zip` of it, or the folder of the run that made it.
 * @throws BUNDLE_NOT_FOUND, BUNDLE_BROKEN when a file is missing, damaged or changed, BUNDLE_FORMAT
 */
export async function readBundle(path: string): Promise<Bundle> {
  const files = await openBundleFiles(path);
  return { path: files.path, info: await checkedInfo(files), model: await files.model() };
}
