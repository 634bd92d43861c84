import { describe, expect, it } from 'vitest';
import { textData } from '../../../../test/support/texts.js';
import { type Encoding, type Items, type ReadingMode, SkipLog, type TextInput, type TextTokenizer } from '../../data/index.js';
import { pairEmbedding } from '../sentence-embedding.js';
import type { Task } from '../task.js';
import type { TextReading } from './reading.js';
import { textInputs } from './text-inputs.js';

/** One token a word, its id the length of the word. */
async function encode(input: TextInput): Promise<Encoding> {
  const ids = [input].flat().flatMap((text) => text.split(' ').map((word) => word.length));
  return { ids, typeIds: ids.map(() => 0), sequenceIds: ids.map(() => 0 as const) };
}
const tokenizer = {
  encode,
  encodeBatch: (inputs: readonly TextInput[]) => Promise.all(inputs.map(encode)),
  specialIds: {},
} as unknown as TextTokenizer;

const words = (count: number, sample: number): string => Array.from({ length: count }, () => 'x'.repeat(sample + 1)).join(' ');
const SAMPLES = 40;
/** Pairs of a short text and one of up to 40 words; every fourth has a negative. */
const data = textData(
  Array.from({ length: SAMPLES }, (_, i) => {
    const negative = i % 4 === 0 && { negative: words(2, i) };
    return { content: { text: words(1 + (i % 3), i), pair: words(1 + i, i), ...negative } };
  }),
  { kind: 'none' },
);

function open(mode: ReadingMode): Promise<Items> {
  const context = { tokenizer, maxLength: 64, overflow: 'cut', stride: 0, lossOn: 'all', names: [], negatives: 'optional' } as const;
  const slots = [{ name: 'ids', role: 'ids', type: 'int64' }] as const;
  const inputs = textInputs({ task: pairEmbedding as Task & { readonly text: TextReading }, context, slots, padId: 0, batchSize: 2, inOrder: false });
  return inputs.open(data, mode, new SkipLog(SAMPLES, 0));
}
const request = { epoch: 1, shuffle: true, seed: 5, start: 0, batchSize: 4 };
const lengthOf = (dims: Readonly<Record<string, readonly number[]>>): number => dims['ids']?.[0] as number;

describe('texts of a sample that a loss compares', () => {
  it('are neighbours in one batch in training, whose size counts samples', async () => {
    const items = await open('train');
    const batches = items.plan(request);
    expect(batches.flatMap((batch) => batch.items).toSorted((a, b) => a - b)).toEqual(Array.from({ length: items.size }, (_, item) => item));
    expect(items.size).toBe(SAMPLES * 2 + SAMPLES / 4);
    for (const batch of batches) {
      const samples = batch.items.map((item) => items.sampleOf(item));
      const whole = [...new Set(samples)].flatMap((sample) => Array.from({ length: sample % 4 === 0 ? 3 : 2 }, () => sample));
      expect(samples).toEqual(whole);
      expect(new Set(samples).size).toBeLessThanOrEqual(4);
    }
    expect(new Set(batches.map(({ dims }) => lengthOf(dims))).size).toBeGreaterThan(2);
  });

  it('are padded to the length of the longest, and say what they are', async () => {
    const items = await open('train');
    for await (const { inputs, target, items: read, dims } of items.read(items.plan(request), request)) {
      const longest = Math.max(...read.map((item) => 1 + items.sampleOf(item)));
      expect(lengthOf(dims)).toBeGreaterThanOrEqual(longest);
      expect(lengthOf(dims)).toBe(lengthOf(items.dimsOf(read)));
      expect(inputs['ids']?.dims).toEqual([read.length, lengthOf(dims)]);
      const roles = Array.from(target.data as BigInt64Array, Number).filter((_, i) => i % 2 === 0);
      expect(roles).toEqual(
        read.map((item, row) => (row === 0 || items.sampleOf(item) !== items.sampleOf(read[row - 1] as number) ? 0 : (roles[row - 1] as number) + 1)),
      );
    }
  });

  it('are measured each by itself', async () => {
    const batches = (await open('eval')).plan({ ...request, shuffle: false });
    for (const batch of batches) expect(batch.items.length).toBeLessThanOrEqual(4);
    expect(batches[0]?.items.length).toBe(4);
  });

  it('are the first text alone where samples are to be predicted', async () => {
    expect((await open('predict')).size).toBe(SAMPLES);
  });
});
