export type * from './data.js';
export { renderRates } from './rates-page.js';
export { renderReport } from './render.js';
export { judge } from './verdict.js';
