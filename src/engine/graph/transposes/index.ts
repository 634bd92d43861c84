export { sinkTransposes } from './sink.js';
