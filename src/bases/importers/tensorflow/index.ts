export { convertGraph } from './convert.js';
export type { TfAttribute, TfGraph, TfNode, TfOpaque, TfPort, TfShape, TfType } from './graph.js';
export { placeholders, unread } from './ports.js';
