export { specJsonSchema } from './json-schema.js';
export { type ResolveOptions, resolveSpec } from './resolve.js';
export type { RunSpec, SpecInput } from './schema.js';
