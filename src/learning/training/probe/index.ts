export { minimise } from './lbfgs.js';
export { fitProbe, type Probe } from './probe.js';
