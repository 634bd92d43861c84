export { fitProbe, type Probe } from './probe.js';
