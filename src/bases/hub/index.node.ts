export { cacheDirectory } from './cache/directory.node.js';
export { damagedFile, entriesOf, type KeptEntry, keptEntries, removeKept } from './cache/inventory.node.js';
export { fetchJson } from './download/download.node.js';
export { huggingFaceAuthorization, huggingFaceEndpoint } from './huggingface/environment.node.js';
export * from './index.js';
export { type Content, readContent, updateLock } from './lock/lock.node.js';
export { canResolve, isOffline, type ResolveOptions, resolveUri } from './resolve.node.js';
export { stopIfAborted } from './retry.node.js';
export { kaggleAuthorization } from './tfhub/credentials.node.js';
