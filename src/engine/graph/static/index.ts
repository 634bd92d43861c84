export { inferTypes, type StaticTypes } from './infer.js';
export { specialise, staticTypes } from './specialise.js';
export type { StaticScope } from './scope.js';
export { openScope, stateNode } from './walk.js';
