export * from './index.js';
export { type Bundle, readBundle } from './read.node.js';
export { writeBundle } from './write.node.js';
