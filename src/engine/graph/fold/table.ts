import { arithmeticFolds } from './arithmetic.js';
import { compareFolds } from './compare.js';
import { gatherFolds } from './gather.js';
import { layoutFolds } from './layout.js';
import { reduceFolds } from './reduce.js';
import type { FoldRules } from './rule.js';
import { sourceFolds } from './source.js';
import { unaryFolds } from './unary.js';

/** How ops are computed at compile time: what occurs in shape arithmetic and in constants. */
export const foldRules: FoldRules = {
  ...arithmeticFolds,
  ...compareFolds,
  ...gatherFolds,
  ...layoutFolds,
  ...reduceFolds,
  ...sourceFolds,
  ...unaryFolds,
};
