export { diskFeatures } from './feature-store.node.js';
export * from './index.js';
