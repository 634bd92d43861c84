import { fail } from '../../../core/index.js';
import { diskFolder } from '../disk.node.js';
import type { HubFolder } from '../folder.js';
import type { ResolveOptions } from '../options.node.js';
import type { ModelUri } from '../uri.js';
import { findKept } from './entry.node.js';
import { isHuggingFaceOffline } from './environment.node.js';
import { fetchFromHub } from './fetch.node.js';
import { knownCommit, sharedRepository } from './shared-cache.node.js';

/**
 * A repository of the Hugging Face Hub, or a file of one with what belongs to it: the weights in one format, and what describes them (choose.ts). It
 * lies where the Hub's own clients keep it (`HF_HUB_CACHE`, `HF_HOME`), so that nothing is downloaded twice. A branch or tag is the commit that is kept,
 * else the one that the Hub has now.
 * Source: huggingface_hub, file_download.py and hf_api.py.
 * @throws HUB_OFFLINE, HUB_FILE_NOT_IN_REPOSITORY, HUB_WEIGHTS_MISSING and the errors of the download
 */
export async function resolveHuggingFace(address: Extract<ModelUri, { kind: 'hf' }>, given: ResolveOptions): Promise<HubFolder> {
  const options = { ...given, offline: given.offline || isHuggingFaceOffline() };
  const { uri, repo, revision = 'main', file } = address;
  const commit = options.refresh ? undefined : await knownCommit(sharedRepository(repo), revision);
  const kept = commit === undefined ? undefined : await findKept({ address, commit }, options);
  if (kept?.entry === undefined && options.offline) fail('HUB_OFFLINE', { uri });
  const found = kept?.entry ? { ...kept.entry, from: 'cache' as const } : await fetchFromHub(address, kept?.commit ?? revision, options);
  options.events?.emit('ready', { uri, from: found.from });
  const { manifest, folder } = found;
  const { integrity, version = '', licence } = manifest;
  // The snapshot may hold more, which other programs downloaded.
  const root = { ...diskFolder(folder, manifest.uri), list: async () => manifest.files.map(({ path }) => path).sort() };
  const source = { uri: manifest.uri, version, integrity, ...(licence !== undefined && { licence }) };
  return { kind: 'hf', root, ...(file !== undefined && { entry: file }), source };
}
