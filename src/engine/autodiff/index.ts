export { differentiate } from './differentiate.js';
export type { GradientRule, RuleContext, RuleRow } from './rule.js';
export { rules } from './table.js';
