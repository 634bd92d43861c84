import type { Preprocessing } from './preprocessing.js';

/** What is known of a published model beyond its file. */
export interface KnownModel {
  /** Matches the resolved address. */
  readonly address: RegExp;
  readonly labels?: readonly string[];
  readonly preprocessing?: Omit<Preprocessing, 'size' | 'layout'>;
}

/** One row a family of published models, each from the source named. */
const knownModels: readonly KnownModel[] = [
  {
    // nsfwjs, src/core.ts: resized bilinearly, pixels divided by 255, classes in nsfw_classes.ts.
    address: /^npm:nsfwjs@[^/]+\/dist\/models\//,
    labels: ['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy'],
    preprocessing: { channels: 3, order: 'rgb', range: [0, 1], filter: 'bilinear' },
  },
];

export function findKnownModel(address: string): KnownModel | undefined {
  return knownModels.find((model) => model.address.test(address));
}
