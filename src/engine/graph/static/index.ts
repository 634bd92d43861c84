export { inferTypes, type StaticTypes } from './infer.js';
export type { InputDims } from './input-dims.js';
export { specialise, staticTypes } from './specialise.js';
export type { InferOptions } from './walk.js';
