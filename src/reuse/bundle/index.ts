export type { BundleInfo } from './info.js';
export { type BundleInput, inputDataset } from './inputs.js';
export { type BundleBatch, LoadedBundle } from './loaded.js';
