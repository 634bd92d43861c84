import { join } from 'node:path';
import { fail } from '../../../core/index.js';
import { alignTarget, allIndices, type Dataset, split, subset } from '../../../learning/data/index.js';
import { openDataset } from '../../../learning/data/index.node.js';
import type { WorkflowContext } from '../context.js';
import { hubOptions } from '../hub-options.node.js';
import { decodedOnce } from './decoded-once.js';
import { prepareEmoji } from './emoji/dataset.node.js';
import type { Vendor } from './emoji/vendors.js';

/** Labelled images a class; the rest is held out. */
export const LABELLED = 20;

/** Share of the other vendor's drawings that is tested on: enough for an interval of about 3 points, in half the time. */
const COMPARED = 0.5;

/** Drawings of two vendors. */
export interface DemoData {
  /** All of the vendor that is trained on. */
  readonly own: Dataset;
  /** Half of another vendor's drawings of the same things, the same ones for every seed. */
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

/** Which drawings are compared. */
export interface DemoVendors {
  readonly own: Vendor;
  readonly foreign: Vendor;
}

/**
 * Fetches the emoji through the hub.
 * @param out folder for the manifests
 * @throws the errors of the hub; DEMO_STOPPED from loading an image once `signal` is aborted
 */
export async function openDemoData(out: string, { own, foreign }: DemoVendors, context: WorkflowContext): Promise<DemoData> {
  const manifests = await prepareEmoji({ out: join(out, 'data'), vendors: [own, foreign], ...hubOptions(context) });
  const open = async (vendor: Vendor): Promise<Dataset> => {
    const dataset = await openDataset(manifests.find((one) => one.vendor === vendor)?.manifest ?? '');
    return decodedOnce(dataset, () => stopIfAsked(context.signal));
  };
  const opened = await open(own);
  const other = alignTarget(await open(foreign), opened.target);
  const { compared } = split(other, { parts: { compared: { share: COMPARED }, others: 'rest' }, seed: 0 });
  return { own: opened, foreign: subset(other, compared), names: opened.target.kind === 'none' ? [] : opened.target.names };
}

/** @throws DEMO_STOPPED */
export function stopIfAsked(signal: AbortSignal | undefined): void {
  if (signal?.aborted) fail('DEMO_STOPPED', {});
}

/** 20 labelled images a class by seed, whole groups of glyphs; the rest is held out. */
export function splitDemo({ own, foreign }: DemoData, seed: number): DemoSplit {
  const { labelled, heldOut } = split(own, { parts: { labelled: { perOutput: LABELLED }, heldOut: 'rest' }, seed });
  const seen = new Set(labelled.map((index) => own.sample(index).group));
  return { seed, labelled, heldOut, shifted: allIndices(foreign).filter((index) => !seen.has(foreign.sample(index).group)) };
}

/** `count` of the labelled images a class, whole groups of glyphs. */
export function fewer({ own }: DemoData, { labelled, seed }: DemoSplit, count: number): number[] {
  const { few } = split(subset(own, labelled), { parts: { few: { perOutput: count }, others: 'rest' }, seed });
  return few.map((index) => labelled[index] as number);
}
