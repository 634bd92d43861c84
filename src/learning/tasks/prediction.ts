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
  /** What was written behind a prompt. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'labels'; readonly labels: readonly string[]; readonly probabilities: Readonly<Record<string, number>> };
