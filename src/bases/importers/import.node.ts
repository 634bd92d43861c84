import { type ResolveOptions, resolveUri } from '../hub/index.node.js';
import { importFolder } from './import-folder.js';
import type { Preprocessing } from './preprocessing.js';
import type { ImportedModel, ImportHints } from './types.js';

/** A base model by address, with what its files do not say. */
export interface BaseReference extends ImportHints {
  readonly uri: string;
  readonly labels?: readonly string[];
  readonly preprocessing?: Preprocessing;
}

/**
 * Fetches and imports a base model: `importModel('npm:nsfwjs@4.3.0/dist/models/mobilenet_v2')`.
 * @throws the errors of the hub and of the importers
 */
export async function importModel(base: string | BaseReference, options: ResolveOptions = {}): Promise<ImportedModel> {
  const reference = typeof base === 'string' ? { uri: base } : base;
  const { uri, labels, preprocessing, ...hints } = reference;
  const imported = await importFolder(await resolveUri(uri, options), hints);
  return { ...imported, ...(labels ? { labels } : {}), ...(preprocessing ? { preprocessing } : {}) };
}
