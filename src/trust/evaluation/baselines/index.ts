export { fitTextBaseline } from './text.js';
