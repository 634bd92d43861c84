import { fail } from '../../core/index.js';
import type { HubFolder } from './folder.js';
import { resolveHttps } from './https/resolve.node.js';
import { resolveHuggingFace } from './huggingface/resolve.node.js';
import { resolveKeras } from './keras/resolve.node.js';
import { checkLock, findLock } from './lock/lock.node.js';
import { resolveNpm } from './npm/resolve.node.js';
import type { ResolveOptions } from './options.node.js';
import { resolvePath } from './path.node.js';
import { resolveTfhub } from './tfhub/resolve.node.js';
import { resolveTorch } from './torch/resolve.node.js';
import { type ModelUri, parseUri, type UriKind } from './uri.js';

export type { ResolveOptions } from './options.node.js';

type Resolver<Kind extends UriKind> = (uri: Extract<ModelUri, { kind: Kind }>, options: ResolveOptions) => Promise<HubFolder>;

/** One row a scheme; `undefined` until it is built. */
const resolvers: { readonly [Kind in UriKind]: Resolver<Kind> | undefined } = {
  npm: resolveNpm,
  path: resolvePath,
  https: resolveHttps,
  hf: resolveHuggingFace,
  torch: resolveTorch,
  keras: resolveKeras,
  tfhub: resolveTfhub,
  registry: undefined,
};

/**
 * Finds what a model URI names and fetches it where needed. Where `regraft.lock` (in `baseDir`, or above it in the project) knows the address, the
 * version it names is taken and its bytes are compared.
 * @throws HUB_URI_INVALID, HUB_SCHEME_UNKNOWN, HUB_SCHEME_UNSUPPORTED, HUB_LOCK_MISMATCH, HUB_LOCK_INVALID, HUB_STOPPED, and the HUB_* errors of
 * the scheme
 */
export async function resolveUri(uri: string | ModelUri, options: ResolveOptions = {}): Promise<HubFolder> {
  const parsed = typeof uri === 'string' ? parseUri(uri) : uri;
  const lock = options.refresh ? undefined : await findLock(parsed.uri, options.baseDir ?? '.');
  const wanted = lock ? parseUri(lock.resolved) : parsed;
  const folder = await dispatch(wanted.kind, wanted, { ...options, offline: options.offline ?? isOffline() });
  if (lock) await checkLock(parsed.uri, folder, lock);
  return folder;
}

/** Whether REGRAFT_OFFLINE asks for it. */
export function isOffline(): boolean {
  return /^(?:1|true|yes|on)$/i.test(process.env['REGRAFT_OFFLINE'] ?? '');
}

async function dispatch<Kind extends UriKind>(kind: Kind, uri: ModelUri, options: ResolveOptions): Promise<HubFolder> {
  const resolver = resolvers[kind];
  if (!resolver) fail('HUB_SCHEME_UNSUPPORTED', { uri: uri.uri, scheme: kind, supported: supportedKinds().join(', ') });
  return resolver(uri as Extract<ModelUri, { kind: Kind }>, options);
}

/** Whether addresses of a scheme can be fetched. */
export function canResolve(kind: UriKind): boolean {
  return resolvers[kind] !== undefined;
}

function supportedKinds(): string[] {
  return Object.entries(resolvers).flatMap(([kind, resolver]) => (resolver ? [kind === 'path' ? 'a path' : `${kind}:`] : []));
}
