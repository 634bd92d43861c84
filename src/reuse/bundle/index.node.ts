export { checkedInfo } from './check.js';
export { type BundleForm, copyBundle } from './copy.node.js';
export { isBundle, openBundleFiles } from './folder.node.js';
export * from './index.js';
export { loadBundle } from './load.node.js';
export { type Bundle, readBundle } from './read.node.js';
export { writeBundle } from './write.node.js';
