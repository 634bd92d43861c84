export * from './atomic-file.node.js';
export * from './decode.node.js';
export * from './files.node.js';
export * from './formats/safetensors.node.js';
export * from './index.js';
export * from './open.node.js';
export { readSentenceModules } from './text/sentence-modules.js';
export { loadTokenizer } from './text/tokenizer.node.js';
