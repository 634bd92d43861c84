export { modelCard } from './card.js';
export { type BundleInfo, bundleSchema } from './info.js';
export { type BundleInput, inputDataset } from './inputs.js';
export { type BundleBatch, LoadedBundle } from './loaded.js';
