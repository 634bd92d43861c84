export { inferTypes, type StaticTypes } from './infer.js';
export { specialise, staticTypes } from './specialise.js';
