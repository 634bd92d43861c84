export { cacheDirectory } from './cache/directory.node.js';
export { damagedFile, entriesOf, type KeptEntry, keptEntries, removeKept } from './cache/inventory.node.js';
export * from './index.js';
export { type Content, readContent, updateLock } from './lock/lock.node.js';
export { type ResolveOptions, resolveUri } from './resolve.node.js';
