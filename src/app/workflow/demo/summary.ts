import type { Difference } from './difference.js';
import type { MethodName } from './methods.js';
import type { DemoResult } from './result.js';
import type { RateChoice } from './trial.js';

/** What `summary.json` holds. */
export interface DemoSummary {
  readonly format: 1;
  readonly base: string;
  readonly data: {
    readonly own: string;
    readonly foreign: string;
    readonly labelledPerClass: number;
    /** Images of the first seed; whole groups of glyphs make other seeds differ by a few. */
    readonly heldOut: number;
    readonly shifted: number;
  };
  readonly seeds: readonly number[];
  readonly results: readonly DemoResult[];
  /** Fine-tuning minus tap probe on the same images, all seeds together. */
  readonly gain: { readonly own: Difference; readonly shifted: Difference };
  /** Accuracy of the probes on the first seed when fewer images a class are labelled. */
  readonly fewerLabels: readonly { readonly method: MethodName; readonly perOutput: number; readonly accuracy: number }[];
  /** How the first seed chose the learning rate of training from scratch, for all seeds. */
  readonly scratchRate: RateChoice;
  /** What the bundle predicts by plain ONNX Runtime, in a process without Regraft. */
  readonly prediction: PlainPrediction;
  readonly versions: Readonly<Record<string, string>>;
  /** Of the sources, where the demo runs in a clone. */
  readonly commit?: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly seconds: number;
  readonly date: string;
}

/** What a program without Regraft predicted. */
export interface PlainPrediction {
  /** File name of the image. */
  readonly image: string;
  readonly label: string;
  readonly probability: number;
  readonly truth: string;
  /** Largest difference of a class's probability from what Regraft itself computes. */
  readonly difference: number;
}
