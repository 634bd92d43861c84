export { inferTypes, type StaticTypes } from './infer.js';
export type { StaticScope } from './scope.js';
export { specialise, staticTypes } from './specialise.js';
export { openScope, stateNode, withKnownStructure } from './walk.js';
