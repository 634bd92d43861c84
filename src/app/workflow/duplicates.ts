import { type Dataset, sha256Hex } from '../../learning/data/index.js';
import type { Duplicates } from '../../trust/watch/index.js';

/** What is known of a stored content. */
interface Stored {
  readonly label: string;
  readonly isTraining: boolean;
}

/**
 * Samples that are the same, byte for byte, within the training data and across the split; a text is the same whatever stands beside it in its table. Of each
 * content, a hash is kept.
 */
export async function findDuplicates(train: Dataset, heldOut: readonly Dataset[]): Promise<Duplicates> {
  const known = new Map<string, Stored>();
  const across: string[] = [];
  const contradicting: string[] = [];
  for (const dataset of [train, ...heldOut]) {
    for (let index = 0; index < dataset.size; index++) {
      const hash = await hashOf(dataset, index);
      if (hash === undefined) continue;
      const sample = dataset.sample(index);
      const stored = { label: JSON.stringify(sample.label), isTraining: dataset === train };
      const first = known.get(hash);
      if (first === undefined) known.set(hash, stored);
      else if (first.label !== stored.label && train.target.kind === 'classes') contradicting.push(sample.location);
      if (first?.isTraining && !stored.isTraining) across.push(sample.location);
    }
  }
  return { across, heldOut: heldOut.reduce((sum, { size }) => sum + size, 0), contradicting };
}

/** A hash of what a sample shows; nothing of what cannot be read, or is empty. */
async function hashOf(dataset: Dataset, index: number): Promise<string | undefined> {
  const bytes = await contentOf(dataset, index).catch(() => undefined);
  return bytes === undefined || bytes.length === 0 ? undefined : sha256Hex(bytes);
}

/** A row of a table holds labels and ids beside its text. */
async function contentOf(dataset: Dataset, index: number): Promise<Uint8Array<ArrayBuffer>> {
  if (dataset.kind !== 'text') return dataset.bytes(index);
  const content = await dataset.load(index);
  return new TextEncoder().encode(JSON.stringify(content));
}
