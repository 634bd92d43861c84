import { homedir } from 'node:os';
import { join } from 'node:path';
import { didYouMean, fail } from '../../../core/index.js';
import { cacheDirectory } from '../cache/directory.node.js';
import type { Checksum } from '../digest.node.js';
import type { HubFolder } from '../folder.js';
import { resolveSharedFile, type SharedFile, urlBelow } from '../kept-file.node.js';
import type { ResolveOptions } from '../options.node.js';
import type { ModelUri } from '../uri.js';
import { torchWeights } from './generated/weights.js';
import type { TorchRow } from './row.js';
import { torchUri } from './weights.js';

type TorchUri = Extract<ModelUri, { kind: 'torch' }>;

const TORCH_STORAGE = 'https://download.pytorch.org/';

/** What 403 means beside what it says: an object store that does not list its files answers so for one that is not there. */
const ACCESS = "PyTorch's storage may say so of a file that it no longer has; a newer Regraft may know its place. REGRAFT_TORCH_URL names a mirror.";

/**
 * Weights that torchvision publishes; without a name of weights, the default of the model. They lie where torch.hub keeps them, so that neither
 * downloads what the other has.
 * @throws HUB_WEIGHTS_UNKNOWN, HUB_OFFLINE and the errors of the download
 */
export async function resolveTorch(address: TorchUri, options: ResolveOptions): Promise<HubFolder> {
  const row = torchWeights.find((each) => isNamed(each, address)) ?? unknown(address);
  return { kind: 'torch', architecture: row.entrypoint, ...(await resolveSharedFile(sharedFile(row, options), options)) };
}

function isNamed(row: TorchRow, { entrypoint, weights }: TorchUri): boolean {
  return row.entrypoint === entrypoint && (weights === undefined ? row.isDefault === true : row.weights === weights);
}

function unknown({ entrypoint, weights = '' }: TorchUri): never {
  const named = torchWeights.filter((row) => row.entrypoint === entrypoint).map((row) => row.weights);
  if (named.length > 0) return refuse(`weights "${weights}" for ${entrypoint}`, weights, named);
  return refuse(`weights for a model "${entrypoint}"`, entrypoint, [...new Set(torchWeights.map((row) => row.entrypoint))]);
}

function refuse(what: string, name: string, known: readonly string[]): never {
  return fail('HUB_WEIGHTS_UNKNOWN', { what, hint: didYouMean(name, known), known: known.join(', ') });
}

/** Source: torch.hub, `load_state_dict_from_url` and `get_dir`. */
function sharedFile(row: TorchRow, options: ResolveOptions): SharedFile {
  const { file, licence } = row;
  const entry = { uri: torchUri(row), path: join(options.cacheDir ?? cacheDirectory(), 'torch', file), ...(licence !== undefined && { licence }) };
  const url = urlBelow(TORCH_STORAGE, `models/${file}`, process.env['REGRAFT_TORCH_URL']);
  return { entry, url, folder: join(torchHome(), 'hub', 'checkpoints'), name: file, expected: checksumOf(file), access: ACCESS };
}

function torchHome(): string {
  const { TORCH_HOME, XDG_CACHE_HOME } = process.env;
  return expandUser(TORCH_HOME || join(XDG_CACHE_HOME || join('~', '.cache'), 'torch'));
}

function expandUser(path: string): string {
  return path.replace(/^~(?=$|[\\/])/, () => homedir());
}

/** Source: torch.hub, `HASH_REGEX`: the name ends with the beginning of the SHA-256. */
function checksumOf(file: string): Checksum | undefined {
  const [, hex] = /-([0-9a-f]{8,})\.pth$/.exec(file) ?? [];
  return hex === undefined ? undefined : { algorithm: 'sha256', hex };
}
