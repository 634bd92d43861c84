export { parseSpecDocument, type SpecDocument } from './document.js';
export { specJsonSchema } from './json-schema.js';
export { override } from './overrides.js';
export { type ResolveOptions, resolveSpec } from './resolve.js';
export type { RunSpec, SpecInput } from './schema.js';
