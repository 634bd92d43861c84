import { groupBy, sizeOf, type Tensor, toFloat32 } from '../../../core/index.js';
import type { Collected, Collector, Dataset } from '../../data/index.js';
import type { AnsweredItem, EncodeContext, EncodedText, TextReading } from './reading.js';

export interface TextCollectorSpec {
  readonly reading: TextReading;
  readonly dataset: Dataset;
  readonly context: EncodeContext;
  readonly item: (item: number) => EncodedText;
  readonly sampleOf: (item: number) => number;
}

/** Gathers what is kept of each item's output and scores each sample by its items, in the order of the data. */
export function textCollector(spec: TextCollectorSpec): Collector {
  const { reading, dataset, context, item, sampleOf } = spec;
  const rows = new Map<number, Float32Array>();
  const scored = async (sample: number, items: readonly number[]): Promise<Float32Array> => {
    const answers: AnsweredItem[] = items.map((index) => ({ item: item(index), row: rows.get(index) as Float32Array }));
    if (reading.score === undefined) return (answers[0] as AnsweredItem).row;
    const content = await dataset.load(sample);
    if (content.kind !== 'text') throw new TypeError(`sample ${sample} is no text`);
    return reading.score({ content, label: dataset.sample(sample).label }, answers, context);
  };
  const bySample = (): Map<number, number[]> =>
    groupBy(
      [...rows.keys()].sort((a, b) => a - b),
      sampleOf,
    );
  return {
    add({ items }, output): void {
      items.forEach((index, row) => {
        rows.set(index, keptRow(spec, index, output, row));
      });
    },
    rows: () => new Map([...bySample()].map(([sample, items]) => [sample, items.map((index) => rows.get(index) as Float32Array)])),
    async finish(): Promise<Collected> {
      const results: Float32Array[] = [];
      const groups = bySample();
      for (const [sample, items] of groups) results.push(await scored(sample, items));
      const width = results[0]?.length ?? 0;
      const outputs = new Float32Array(width * results.length);
      results.forEach((row, i) => {
        outputs.set(row, i * width);
      });
      const indices = [...groups.keys()];
      const targets = reading.targetLength ? [] : indices.flatMap((index) => labelNumbers(dataset, index));
      return { outputs, width, targets: Float64Array.from(targets), indices };
    },
  };
}

/** What is kept of row `row` of an output, without what the model said of padding. */
function keptRow({ reading, item: itemOf, context }: TextCollectorSpec, index: number, output: Tensor, row: number): Float32Array {
  const item = itemOf(index);
  const [, tokens = 1, ...rest] = output.dims;
  const width = sizeOf(output.dims.slice(1));
  const answered = rest.length > 0 ? (width / tokens) * item.ids.length : width;
  const values = (toFloat32(output).data as Float32Array).slice(row * width, row * width + answered);
  return reading.reduce ? reading.reduce(values, item, context) : values;
}

function labelNumbers(dataset: Dataset, index: number): readonly number[] {
  const { label } = dataset.sample(index);
  return typeof label === 'number' ? [label] : ((label ?? []) as readonly number[]);
}
