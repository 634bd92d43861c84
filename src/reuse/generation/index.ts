export type { GenerateOptions } from './options.js';
export type { SamplingOptions } from './sampling.js';
export { type Completion, type GeneratorOptions, TextGenerator } from './text-generator.js';
export type { Finish } from './writing.js';
