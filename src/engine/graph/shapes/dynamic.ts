import type { StandardOp } from '../ops.js';
import { dimAt } from './dims.js';
import type { ShapeRule } from './rule.js';

/** One answer per input element; strings are not computed with, but the answers may be. */
const answers: ShapeRule = (c) => [{ type: 'bool', dims: c.input(0).dims }];

const determinant: ShapeRule = (c) => [{ type: c.input(0).type, dims: c.input(0).dims.slice(0, -2) }];

const flag: ShapeRule = () => [{ type: 'bool', dims: [] }];

/** What depends on the data, or is no tensor of numbers. */
export const dynamicShapes = {
  ConcatFromSequence: 'dynamic',
  Det: determinant,
  If: 'dynamic',
  ImageDecoder: 'dynamic',
  Loop: 'dynamic',
  NonMaxSuppression: 'dynamic',
  NonZero: 'dynamic',
  Optional: 'dynamic',
  OptionalGetElement: 'dynamic',
  OptionalHasElement: flag,
  RegexFullMatch: answers,
  Scan: 'dynamic',
  SequenceAt: 'dynamic',
  SequenceConstruct: 'dynamic',
  SequenceEmpty: 'dynamic',
  SequenceErase: 'dynamic',
  SequenceInsert: 'dynamic',
  SequenceLength: () => [{ type: 'int64', dims: [] }],
  SequenceMap: 'dynamic',
  SplitToSequence: 'dynamic',
  StringConcat: 'dynamic',
  StringNormalizer: 'dynamic',
  StringSplit: 'dynamic',
  TfIdfVectorizer: (c) => {
    const { dims } = c.input(0);
    const indexes = c.node.attributes['ngram_indexes'];
    const count = indexes?.kind === 'ints' ? Math.max(...indexes.value) + 1 : 0;
    return [{ type: 'float32', dims: dims.length === 2 ? [dimAt(dims, 0), count] : [count] }];
  },
  Unique: 'dynamic',
} satisfies Partial<Record<StandardOp, ShapeRule | 'dynamic'>>;
