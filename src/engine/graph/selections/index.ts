export { hoistSelections } from './hoist.js';
