export { adaptForPixels, type SegmentationModel } from './adapt.js';
export type { SegmentationHeadName } from './heads/index.js';
