export * from './index.js';
export { loadSpec } from './load.node.js';
