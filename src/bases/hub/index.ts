export { type HubEvents, type HubFolder, type HubSource, memoryFolder, openSyncFile, type SyncFile, type VirtualFolder } from './folder.js';
export { applications } from './keras/applications.js';
export type { TorchRow, TorchTransforms } from './torch/row.js';
export { findTorchWeights, type TorchFile, type TorchWeights, torchUri } from './torch/weights.js';
export { type ModelUri, normalizePath, parseUri, type UriKind } from './uri.js';
