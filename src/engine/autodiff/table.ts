import type { StandardOp } from '../graph/index.js';
import type { RuleRow } from './rule.js';
import { elementwiseRules } from './rules/elementwise.js';
import { matmulRules } from './rules/matmul.js';

/** The gradient rule of every operator of the standard domain; a missing row does not compile. */
export const rules: Readonly<Record<StandardOp, RuleRow>> = {
  ...elementwiseRules,
  ...matmulRules,
} satisfies Partial<Record<StandardOp, RuleRow>> as never;
