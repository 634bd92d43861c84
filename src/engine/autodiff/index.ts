export { differentiate } from './differentiate.js';
export { rules } from './table.js';
