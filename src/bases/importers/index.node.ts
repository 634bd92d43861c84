export { toTransformers } from './huggingface/save.js';
export { type BaseReference, importModel } from './import.node.js';
export * from './index.js';
