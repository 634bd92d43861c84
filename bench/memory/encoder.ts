import { sizeOf, type Tensor } from '../../src/core/index.js';
import { GraphBuilder, MODERN_OPSET, type Model, type Value } from '../../src/engine/graph/index.js';

export interface EncoderSize {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly rows: number;
  readonly tokens: number;
  /** Rank of the adapters on queries and values; without them the whole encoder is trained. */
  readonly rank?: number;
}

export const VOCABULARY = 30_522;
export const CLASSES = 3;

/** An encoder as BERT has it, post-norm, at one batch shape; its output is `[N, classes]`. Adapters are LoRA's: x A B beside x W. */
export function encoderModel(size: EncoderSize): Model {
  const b = new GraphBuilder(MODERN_OPSET);
  const ids = b.input('input_ids', 'int64', [size.rows, size.tokens]);
  const weights = new Weights(b);
  const words = b.op('Gather', [weights.matrix('tokens.weight', VOCABULARY, size.width), ids]);
  let x = norm(b, weights, 'norm', b.add(words, weights.matrix('positions.weight', size.tokens, size.width)));
  for (let layer = 0; layer < size.layers; layer++) x = block(b, weights, `layers.${layer}`, x, size);
  const first = b.reshape(b.slice(x, [0], [1], [1]), [size.rows, size.width]);
  return b.model([linear(b, weights, 'classifier', b.op('Tanh', [linear(b, weights, 'pooler', first, size.width)]), CLASSES)]);
}

function block(b: GraphBuilder, weights: Weights, name: string, x: Value, size: EncoderSize): Value {
  const attended = norm(b, weights, `${name}.norm1`, b.add(x, attention(b, weights, `${name}.attention`, x, size)));
  const up = b.op('Gelu', [linear(b, weights, `${name}.up`, attended, 4 * size.width)]);
  return norm(b, weights, `${name}.norm2`, b.add(attended, linear(b, weights, `${name}.down`, up, size.width)));
}

function attention(b: GraphBuilder, weights: Weights, name: string, x: Value, { rows, tokens, heads, width, rank }: EncoderSize): Value {
  const split = (y: Value, perm: readonly number[]): Value => b.transpose(b.reshape(y, [rows, tokens, heads, width / heads]), perm);
  const projected = (part: string): Value => {
    const y = linear(b, weights, `${name}.${part}`, x, width);
    if (rank === undefined || part === 'k') return y;
    const inner = b.matMul(x, weights.matrix(`${name}.${part}.lora_A`, width, rank));
    return b.add(y, b.matMul(inner, weights.matrix(`${name}.${part}.lora_B`, rank, width)));
  };
  const scores = b.mul(b.matMul(split(projected('q'), [0, 2, 1, 3]), split(projected('k'), [0, 2, 3, 1])), (width / heads) ** -0.5);
  const mixed = b.matMul(b.op('Softmax', [scores], { axis: -1 }), split(projected('v'), [0, 2, 1, 3]));
  return linear(b, weights, `${name}.out`, b.reshape(b.transpose(mixed, [0, 2, 1, 3]), [rows, tokens, width]), width);
}

function linear(b: GraphBuilder, weights: Weights, name: string, x: Value, width: number): Value {
  return b.add(b.matMul(x, weights.matrix(`${name}.weight`, x.dims.at(-1) as number, width)), weights.vector(`${name}.bias`, width, 0));
}

function norm(b: GraphBuilder, weights: Weights, name: string, x: Value): Value {
  const width = x.dims.at(-1) as number;
  return b.op('LayerNormalization', [x, weights.vector(`${name}.weight`, width, 1), weights.vector(`${name}.bias`, width, 0)], { axis: -1 });
}

/** Weights of a size at which no activation dies out, from a small generator of its own: what they are makes no difference to memory. */
class Weights {
  readonly #b: GraphBuilder;
  #state = 1;

  constructor(b: GraphBuilder) {
    this.#b = b;
  }

  matrix(name: string, inputs: number, outputs: number): Value {
    const limit = Math.sqrt(3 / (name.endsWith('tokens.weight') ? outputs : inputs));
    return this.#b.initializer(
      name,
      this.#filled([inputs, outputs], () => (2 * this.#next() - 1) * limit),
    );
  }

  vector(name: string, width: number, value: number): Value {
    return this.#b.initializer(
      name,
      this.#filled([width], () => value),
    );
  }

  #filled(dims: readonly number[], next: () => number): Tensor {
    return { type: 'float32', dims, data: Float32Array.from({ length: sizeOf(dims) }, next) };
  }

  /** Numerical Recipes' linear congruential generator. */
  #next(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }
}
