/** The most probable words behind a mask, the best first. */
export interface MaskPrediction {
  readonly top: readonly { readonly label: string; readonly probability: number }[];
}

/** What the model predicts for one sample, as people read it. */
export type Prediction =
  | { readonly kind: 'class'; readonly label: string; readonly probability: number; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly kind: 'values'; readonly values: Readonly<Record<string, number>> }
  | {
      readonly kind: 'entities';
      readonly words: readonly { readonly text: string; readonly tag: string; readonly probability: number }[];
      /** What the tags spell; positions in the text in UTF-16 units. */
      readonly entities: readonly { readonly label: string; readonly start: number; readonly end: number; readonly text: string }[];
    }
  /** Words of the context; empty where there is no answer. */
  | { readonly kind: 'answer'; readonly answer: string; readonly start: number; readonly end: number; readonly probability: number }
  | { readonly kind: 'masks'; readonly masks: readonly MaskPrediction[] }
  /** The class of each pixel, `height · width` indices row by row, and the share of the image that each class takes, 0 to 1. */
  | {
      readonly kind: 'mask';
      readonly width: number;
      readonly height: number;
      readonly classes: Uint8Array;
      readonly shares: Readonly<Record<string, number>>;
    }
  /** A vector of length 1. */
  | { readonly kind: 'embedding'; readonly values: readonly number[] }
  /** What was written behind a prompt. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'labels'; readonly labels: readonly string[]; readonly probabilities: Readonly<Record<string, number>> };
