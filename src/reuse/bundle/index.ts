export { modelCard } from './card.js';
export { type BundleInfo, bundleSchema } from './info.js';
