import { fail } from '../../core/index.js';
import type { HubFolder } from './folder.js';
import { resolveNpm } from './npm/resolve.node.js';
import type { ResolveOptions } from './options.node.js';
import { resolvePath } from './path.node.js';
import { type ModelUri, parseUri, type UriKind } from './uri.js';

export type { ResolveOptions } from './options.node.js';

type Resolver<Kind extends UriKind> = (uri: Extract<ModelUri, { kind: Kind }>, options: ResolveOptions) => Promise<HubFolder>;

/** One row a scheme; `undefined` until it is built. */
const resolvers: { readonly [Kind in UriKind]: Resolver<Kind> | undefined } = {
  npm: resolveNpm,
  path: resolvePath,
  https: undefined,
  hf: undefined,
  torch: undefined,
  keras: undefined,
  tfhub: undefined,
  registry: undefined,
};

/**
 * Finds what a model URI names and fetches it where needed.
 * @throws HUB_URI_INVALID, HUB_SCHEME_UNKNOWN, HUB_SCHEME_UNSUPPORTED, and the HUB_* errors of the scheme.
 */
export function resolveUri(uri: string | ModelUri, options: ResolveOptions = {}): Promise<HubFolder> {
  const parsed = typeof uri === 'string' ? parseUri(uri) : uri;
  return dispatch(parsed.kind, parsed, options);
}

async function dispatch<Kind extends UriKind>(kind: Kind, uri: ModelUri, options: ResolveOptions): Promise<HubFolder> {
  const resolver = resolvers[kind];
  if (!resolver) fail('HUB_SCHEME_UNSUPPORTED', { uri: uri.uri, scheme: kind, supported: supportedKinds().join(', ') });
  return resolver(uri as Extract<ModelUri, { kind: Kind }>, options);
}

function supportedKinds(): string[] {
  return Object.entries(resolvers).flatMap(([kind, resolver]) => (resolver ? [kind === 'path' ? 'a path' : `${kind}:`] : []));
}
