export type * from './data.js';
export { renderReport } from './render.js';
export { judge } from './verdict.js';
