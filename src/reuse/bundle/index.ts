export type { BundleInfo } from './info.js';
export { type BundleInput, inputDataset } from './inputs.js';
export { LoadedBundle } from './loaded.js';
