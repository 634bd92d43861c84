export { differentiate } from './differentiate.js';
export { segmentsOf } from './segments.js';
export { rules } from './table.js';
