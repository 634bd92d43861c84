export { cacheDirectory } from './cache/directory.node.js';
export * from './index.js';
export { type ResolveOptions, resolveUri } from './resolve.node.js';
