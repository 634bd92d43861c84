export { fitLinearBaseline, type LabelledRows, type LinearBaseline } from './linear.js';
export { fitTextBaseline } from './text.js';
