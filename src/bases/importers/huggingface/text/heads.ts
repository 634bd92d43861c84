import { addParameter, linear, split, squeeze, tiedLinear, type Value } from '../../torch-layers/index.js';
import type { Outputs } from '../family.js';

/** Start and end scores of an answer, `[N, T]` each, of a layer with two outputs. */
export function answerSpan(x: Value, layer: string): Outputs {
  const [start, end] = split(linear(x, layer, { units: 2 }), 2, 2).map((scores) => squeeze(scores, [2]));
  return { start_logits: start as Value, end_logits: end as Value };
}

interface Vocabulary {
  /** The layer's own weight, which files leave out where it is that of the embedding. */
  readonly decoder: string;
  readonly embedding: string;
  readonly bias?: readonly string[];
}

/** Scores of every token of the vocabulary, `[N, T, V]`. */
export function vocabularyScores(x: Value, { decoder, embedding, bias = [] }: Vocabulary, isTied: boolean): Value {
  const { net } = x;
  if (!isTied && net.has(`${decoder}.weight`)) return linear(x, decoder);
  const scores = tiedLinear(x, embedding, decoder);
  const present = bias.find((name) => net.has(name));
  return present === undefined ? scores : addParameter(scores, present, [Number(scores.dims[2])]);
}
