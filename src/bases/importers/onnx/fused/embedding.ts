import { attribute, type Convert, type ConvertContext } from '../../../../engine/graph/index.js';
import { become, define, dimOf, type Expansions } from './write.js';

/** How many tokens of each row count, as the 1-D mask of Attention: int32 [B], zeros where there is no mask. */
function defineLengths(c: ConvertContext, output: string, ids: string, mask: string): void {
  const counted = mask === '' ? c.add('Mul', [ids, c.add('CastLike', [c.ints([0]), ids])]) : mask;
  const ones = c.add('Cast', [c.add('Equal', [c.add('Cast', [counted], { to: 7 }), c.ints([1])])], { to: 6 });
  define(c, output, 'ReduceSum', [ones, c.ints([1])], { keepdims: 0 });
}

/** The embeddings of tokens, positions and segments, added and normalised (BERT: Devlin et al., 2018). */
export const embed: Convert = (node, c) => {
  const [ids = '', segments = '', words = '', positions = '', kinds = '', scale = '', bias = '', mask = '', positionIds = ''] = node.inputs;
  const position =
    positionIds === ''
      ? c.add('Slice', [positions, c.ints([0]), dimOf(c, ids, 1), c.ints([0])])
      : c.add('Gather', [positions, positionIds], { axis: 0 });
  const placed = c.add('Add', [c.add('Gather', [words, ids], { axis: 0 }), position]);
  const terms = segments === '' ? [placed] : [placed, c.add('Gather', [kinds, segments], { axis: 0 })];
  const [output = '', lengths = '', named = ''] = node.outputs;
  const sum = terms.length === 1 ? placed : c.add('Add', terms);
  if (c.isUsed(named)) define(c, named, 'Identity', [sum]);
  if (c.isUsed(lengths)) defineLengths(c, lengths, ids, mask);
  const epsilon = attribute.float(node, 'epsilon', 1e-12);
  return become(node, 'LayerNormalization', [sum, scale, bias], { axis: -1, epsilon }, [output]);
};

export const embeddingExpansions: Expansions = { EmbedLayerNormalization: embed };
