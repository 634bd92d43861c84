export type { FoldMember } from './folds.js';
export { fitProbe, type Probe, type ProbeSpec } from './probe.js';
