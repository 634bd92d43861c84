export { convertGraph } from './convert.js';
export type { TfAttribute, TfGraph, TfNode, TfPort, TfShape, TfType } from './graph.js';
export { opConverters } from './ops/index.js';
export { placeholders, unread } from './ports.js';
