import { join } from 'node:path';
import { alignTarget, type Content, type Dataset, split, subset } from '../../../learning/data/index.js';
import { openDataset } from '../../../learning/data/index.node.js';
import { prepareEmoji } from './emoji/dataset.node.js';

/** Labelled images a class; the rest is held out. */
export const LABELLED = 20;

/** All drawings of both vendors, decoded once each. */
export interface DemoData {
  /** The vendor that is trained on. */
  readonly own: Dataset;
  /** Another vendor's drawings of the same things. */
  readonly foreign: Dataset;
  readonly names: readonly string[];
}

/** What one seed trains on and is measured on; groups of glyphs lie on one side. */
export interface DemoSplit {
  readonly seed: number;
  readonly labelled: readonly number[];
  readonly heldOut: readonly number[];
  /** Drawings of the other vendor, without those of glyphs that were trained on. */
  readonly shifted: readonly number[];
}

/** Fetches the emoji through the hub. */
export async function openDemoData(out: string): Promise<DemoData> {
  const [own, foreign] = await prepareEmoji({ out: join(out, 'data'), vendors: ['fluent', 'twitter'] });
  const opened = await openDataset(own?.manifest ?? '');
  const other = alignTarget(await openDataset(foreign?.manifest ?? ''), opened.target);
  return { own: decodedOnce(opened), foreign: decodedOnce(other), names: opened.target.kind === 'classes' ? opened.target.names : [] };
}

/** The same data; what was decoded stays in memory. */
function decodedOnce(dataset: Dataset): Dataset {
  const contents = new Map<number, Promise<Content>>();
  const load = (index: number): Promise<Content> => {
    const known = contents.get(index) ?? dataset.load(index);
    contents.set(index, known);
    return known;
  };
  const whole = subset(
    dataset,
    Array.from({ length: dataset.size }, (_, i) => i),
  );
  return { ...whole, load };
}

/** 20 labelled images a class by seed, whole groups of glyphs; the rest is held out. */
export function splitDemo({ own, foreign }: DemoData, seed: number): DemoSplit {
  const { labelled, heldOut } = split(own, { parts: { labelled: { perClass: LABELLED }, heldOut: 'rest' }, seed });
  const seen = new Set(labelled.map((index) => own.sample(index).group));
  const shifted = Array.from({ length: foreign.size }, (_, i) => i).filter((index) => !seen.has(foreign.sample(index).group));
  return { seed, labelled, heldOut, shifted };
}
