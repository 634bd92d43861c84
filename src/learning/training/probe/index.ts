export { fitProbe, type Probe, type ProbeSpec } from './probe.js';
