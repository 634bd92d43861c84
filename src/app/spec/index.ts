export { specJsonSchema } from './json-schema.js';
export { type ResolveOptions, resolveSpec } from './resolve.js';
export type { DecidedSpec, RunSpec, SpecInput } from './schema.js';
