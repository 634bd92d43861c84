/**
 * Layers by their names: a list as PEFT's `target_modules` (the whole name, or its last parts: `query`, `output.dense`), or a regular expression over
 * the names of their weights. `auto` means the layers that the method usually changes, `all-linear` every linear layer. The head is never among them.
 */
export type Targets = 'auto' | 'all-linear' | readonly string[] | { readonly match: string };

interface LowRank {
  /** Width of the update, at least 1. */
  readonly rank: number;
  /** The update is multiplied by alpha / rank. */
  readonly alpha: number;
  /** Dropout before the update, in [0, 1). */
  readonly dropout: number;
  /** Whether alpha / √rank takes the place of alpha / rank (Kalajdzievski 2023, arXiv:2312.03732). */
  readonly rankStabilised: boolean;
  readonly targets: Targets;
}

/** A matrix of low rank is added to each weight (Hu et al. 2021, arXiv:2106.09685). */
export interface LoraSpec extends LowRank {
  readonly name: 'lora';
}

/** LoRA changes the direction of each column, a vector its length (Liu et al. 2024, arXiv:2402.09353). */
export interface DoraSpec extends LowRank {
  readonly name: 'dora';
}

/** Vectors that multiply keys, values and what feed-forward layers read (Liu et al. 2022, arXiv:2205.05638). */
export interface Ia3Spec {
  readonly name: 'ia3';
  readonly targets: Targets;
  /** Which of the targets are multiplied at their input; the others at their output. */
  readonly feedForward: 'auto' | readonly string[];
}

/**
 * A narrow layer with a residual connection behind sub-layers of each block: both of them (Houlsby et al. 2019, arXiv:1902.00751), or the
 * feed-forward layer alone (Pfeiffer et al. 2020, arXiv:2005.00247).
 */
export interface BottleneckSpec {
  readonly name: 'adapter';
  readonly width: number;
  readonly activation: 'relu' | 'gelu';
  readonly after: 'both' | 'feed-forward';
}

/** Learnt vectors stand before the embedded tokens of each text (Lester et al. 2021, arXiv:2104.08691). */
export interface PromptTuningSpec {
  readonly name: 'prompt-tuning';
  /** How many vectors; every text grows by as many tokens. */
  readonly tokens: number;
}

export type AdapterSpec = LoraSpec | DoraSpec | Ia3Spec | BottleneckSpec | PromptTuningSpec;

export type AdapterName = AdapterSpec['name'];

/** What the update of LoRA and DoRA is multiplied by. */
export function scaling({ alpha, rank, rankStabilised }: LoraSpec | DoraSpec): number {
  return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
}
