export { type Checkpoint, CheckpointFolder } from './checkpoint.node.js';
export { diskFeatures } from './feature-store.node.js';
export * from './index.js';
