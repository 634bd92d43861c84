import { describe, expect, it } from 'vitest';
import { goldenModelBytes, readGolden } from '../../../test/support/golden.js';
import { Random, RegraftError } from '../../core/index.js';
import { normalizeModel } from './normalize.js';
import { readModel } from './read.js';
import { concatenate } from './wire.js';

/** Small models of different kinds: transformers, convolutions, recurrent cells, If and Constant nodes, old opsets. */
const MODELS = [
  'mlp',
  'mlp-opset9',
  'text-cnn',
  'rnn',
  'gru',
  'lstm',
  'activations',
  'signal',
  'bert-like',
  'resnet-tiny',
  'resnet-tiny-folded-opset9',
  'swin-tiny',
];
const RUNS = 2000;
/** Far more than any of these files takes, far less than a runaway. */
const MILLISECONDS = 1000;

/** Nodes come before weights in these files, so that damage near the start hits the structure. */
const STRUCTURE = 8000;

/** One damage of the kinds that happen: a cut, flipped bits, a run of bytes overwritten, removed or doubled. */
function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(random.uniform() < 0.7 ? Math.min(STRUCTURE, bytes.byteLength) : bytes.byteLength);
  const length = 1 + random.integer(16);
  switch (random.integer(5)) {
    case 0:
      return bytes.slice(0, at);
    case 1: {
      const result = bytes.slice();
      for (let count = 1 + random.integer(4); count > 0; count--) {
        const index = Math.min(at + random.integer(64), result.byteLength - 1);
        result[index] = (result[index] ?? 0) ^ (1 << random.integer(8));
      }
      return result;
    }
    case 2: {
      const result = bytes.slice();
      for (let i = at; i < Math.min(at + length, result.byteLength); i++) result[i] = random.integer(256);
      return result;
    }
    case 3:
      return concatenate([bytes.subarray(0, at), bytes.subarray(at + length)]);
    default:
      return concatenate([bytes.subarray(0, at + length), bytes.subarray(at)]);
  }
}

describe('damaged files', () => {
  it(`give a model or a RegraftError, soon, in ${RUNS} mutations`, () => {
    const random = new Random(7, 'fuzz');
    const files = MODELS.map((name) => goldenModelBytes(readGolden(name)));
    const codes = new Map<string, number>();
    for (let run = 0; run < RUNS; run++) {
      const bytes = mutate(files[run % files.length] as Uint8Array, random);
      const started = performance.now();
      const code = outcome(bytes);
      codes.set(code, (codes.get(code) ?? 0) + 1);
      expect(performance.now() - started, `run ${run}`).toBeLessThan(MILLISECONDS);
    }
    expect([...codes.keys()]).toEqual(
      expect.arrayContaining(['read', 'ONNX_TRUNCATED', 'ONNX_NOT_A_MODEL', 'ONNX_BAD_TENSOR', 'ONNX_UNDEFINED_VALUE', 'ONNX_NO_OPSET']),
    );
  });
});

function outcome(bytes: Uint8Array): string {
  try {
    normalizeModel(readModel(bytes, () => new Uint8Array(64)));
    return 'read';
  } catch (error) {
    if (error instanceof RegraftError) return error.code;
    throw error;
  }
}
