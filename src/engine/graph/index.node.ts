export * from './files.node.js';
