export { openDisk } from './disk-bytes.node.js';
export * from './index.js';
