export * from './index.js';
export { thumbnail } from './thumbnail.node.js';
