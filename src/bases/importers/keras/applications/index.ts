export type { Architecture } from './network.js';
export { applications, buildApplication, preparations } from './table.js';
export type { Application, Design } from './types.js';
