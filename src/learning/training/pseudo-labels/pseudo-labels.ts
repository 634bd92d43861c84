import { Random } from '../../../core/index.js';
import { allIndices, type Content, type Dataset, type ItemBatch, type Items, type PlannedBatch, type SkipLog, subset } from '../../data/index.js';
import type { TrainingBatch } from '../batch.js';
import { type Prefixes, throughPrefix } from '../batch-source.js';
import type { Trainer } from '../trainer.js';
import { confidentRows, gathered, type Labelled } from './confident.js';
import type { Unlabelled } from './unlabelled.js';

export interface PseudoLabelContext {
  readonly unlabelled: Unlabelled;
  readonly trainer: Trainer;
  readonly prefixes: Prefixes | undefined;
  /** Labelled samples of a step. */
  readonly labelled: number;
  readonly seed: number;
  readonly skips: SkipLog;
}

/** Both views of the samples of a step. */
interface Views {
  readonly step: number;
  readonly weak: readonly ItemBatch[];
  readonly strong: readonly ItemBatch[];
}

/**
 * Unlabelled samples as batches of training. Of each sample the weak view goes through the present weights, as they predict; where a class reaches the
 * threshold, the strong view is trained on that class. So the loss of a step is that of its labelled samples + λ / n · Σ loss of the confident ones, n
 * counting all of its unlabelled ones.
 * Source: Sohn et al., FixMatch, arXiv 2001.07685.
 */
export class PseudoLabels {
  readonly #context: PseudoLabelContext;
  readonly #weak: Items;
  readonly #strong: Items;
  #ahead: Promise<Views> | undefined;

  private constructor(context: PseudoLabelContext, weak: Items, strong: Items) {
    this.#context = context;
    this.#weak = weak;
    this.#strong = strong;
  }

  static async open(context: PseudoLabelContext): Promise<PseudoLabels> {
    const { unlabelled, skips } = context;
    const data = readTwice(unlabelled.data);
    const { views } = unlabelled;
    return new PseudoLabels(context, await views.open(data, 'eval', skips), await views.open(data, 'train', skips));
  }

  /** The confident samples of a step, counted from 0 in the run; which samples they are chosen from is a function of the step alone. */
  async batches(step: number): Promise<TrainingBatch[]> {
    const ahead = await this.#ahead;
    const views = ahead?.step === step ? ahead : await this.#read(step);
    this.#ahead = this.#read(step + 1);
    // An error is thrown when the step is reached; until then it must not count as unhandled.
    this.#ahead.catch(() => {});
    const { trainer, unlabelled, prefixes } = this.#context;
    const confident = await this.#confident(views);
    const rows = trainer.spec.batchSize;
    const batches: TrainingBatch[] = [];
    for (let start = 0; start < confident.length; start += rows) {
      const batch = gathered(confident.slice(start, start + rows) as [Labelled, ...Labelled[]]);
      const share = (unlabelled.weight * trainer.spec.loss.weight(batch.target.data, batch.size)) / this.#count;
      batches.push({ ...batch, share, ...(prefixes && { inputs: await throughPrefix(await prefixes(batch.dims), batch) }) });
    }
    return batches;
  }

  /** Unlabelled samples of a step. */
  get #count(): number {
    const { unlabelled, labelled } = this.#context;
    return Math.min(unlabelled.data.size, Math.max(1, Math.round(unlabelled.ratio * labelled)));
  }

  /** The confident samples, in the order they were read. */
  async #confident({ weak, strong }: Views): Promise<Labelled[]> {
    const { trainer, unlabelled, prefixes } = this.#context;
    const views = new Map(strong.flatMap((batch) => batch.items.map((item, row) => [item, { batch, row }] as const)));
    const found: Labelled[] = [];
    for (const batch of weak) {
      const inputs = prefixes ? await throughPrefix(await prefixes(batch.dims), batch) : batch.inputs;
      const answers = await trainer.predict({ ...batch, inputs });
      for (const [row, label] of confidentRows(answers, unlabelled.threshold)) {
        const view = views.get(batch.items[row] as number);
        if (view) found.push({ ...view, label });
      }
    }
    return found;
  }

  async #read(step: number): Promise<Views> {
    const order = { seed: this.#context.seed, epoch: step };
    const planned = this.#plan(step);
    const all = async (items: Items): Promise<ItemBatch[]> => {
      const read: ItemBatch[] = [];
      for await (const batch of items.read(planned, order)) read.push(batch);
      return read;
    };
    return { step, weak: await all(this.#weak), strong: await all(this.#strong) };
  }

  /** The samples of a step, in batches: the next of an endless row of shuffled epochs. */
  #plan(step: number): PlannedBatch[] {
    const rows = this.#context.trainer.spec.batchSize;
    const items = Array.from({ length: this.#count }, (_, i) => this.#itemAt(step * this.#count + i));
    // Where an epoch ends within a step, a sample may come twice.
    const unique = [...new Set(items)];
    const batches: PlannedBatch[] = [];
    for (let start = 0; start < unique.length; start += rows) {
      const chosen = unique.slice(start, start + rows);
      batches.push({ position: batches.length, items: chosen, dims: this.#weak.dimsOf(chosen) });
    }
    return batches;
  }

  #order: { readonly epoch: number; readonly items: readonly number[] } | undefined;

  #itemAt(place: number): number {
    const { unlabelled, seed } = this.#context;
    const epoch = Math.floor(place / unlabelled.data.size);
    if (this.#order?.epoch !== epoch) this.#order = { epoch, items: new Random(seed, `unlabelled:${epoch}`).shuffle(allIndices(unlabelled.data)) };
    return this.#order.items[place % unlabelled.data.size] as number;
  }
}

/** The same data; what is read once is kept until it is read again. */
function readTwice(dataset: Dataset): Dataset {
  const kept = new Map<number, Promise<Content>>();
  return {
    ...subset(dataset, allIndices(dataset)),
    load: (index) => {
      const content = kept.get(index) ?? dataset.load(index);
      if (!kept.delete(index)) kept.set(index, content);
      return content;
    },
  };
}
