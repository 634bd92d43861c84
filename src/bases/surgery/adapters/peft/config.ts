import * as z from 'zod';
import { fail } from '../../../../core/index.js';
import { regularExpression } from '../../freeze.js';
import type { AdapterSpec, DoraSpec, LoraSpec } from '../spec.js';
import { isNamed } from '../targets.js';

/** What a configuration says beside the specification. */
export interface Surroundings {
  /** PEFT's name of the task, or `null`. */
  readonly task: string | null;
  /** Modules that the adapter changes. */
  readonly targets: readonly string[];
  /** Those among them whose input is multiplied (IA3). */
  readonly feedForward: readonly string[];
  /** Modules that are saved whole: the head. */
  readonly whole: readonly string[];
  /** Whether weights of linear layers lie as `[in, out]` in the base, as in GPT-2. */
  readonly inFirst: boolean;
  /** Width of the embedding (prompt tuning). */
  readonly width: number | undefined;
  /** Blocks and heads of attention, which PEFT asks for and does not use (prompt tuning). */
  readonly sizes: { readonly layers: number | undefined; readonly heads: number | undefined };
}

type Entries = Readonly<Record<string, unknown>>;

/** Entries of `adapter_config.json` by method, with the names that PEFT 0.21 has for them. PEFT has no bottleneck adapters; their entries are our own. */
const writers: { readonly [Name in AdapterSpec['name']]: (spec: Extract<AdapterSpec, { name: Name }>, around: Surroundings) => Entries } = {
  lora: (spec, around) => lowRank(spec, around),
  dora: (spec, around) => lowRank(spec, around),
  ia3: (_, { targets, feedForward, inFirst }) => ({
    peft_type: 'IA3',
    target_modules: targets,
    feedforward_modules: feedForward,
    fan_in_fan_out: inFirst,
    init_ia3_weights: true,
  }),
  adapter: ({ width, activation, after }) => ({ peft_type: BOTTLENECK, width, activation, after }),
  'prompt-tuning': ({ tokens }, { width, sizes }) => ({
    peft_type: 'PROMPT_TUNING',
    num_virtual_tokens: tokens,
    token_dim: width,
    num_layers: sizes.layers,
    num_attention_heads: sizes.heads,
    num_transformer_submodules: 1,
    prompt_tuning_init: 'RANDOM',
  }),
};

const BOTTLENECK = 'BOTTLENECK';

function lowRank(spec: LoraSpec | DoraSpec, { targets, inFirst }: Surroundings): Entries {
  return {
    peft_type: 'LORA',
    r: spec.rank,
    lora_alpha: spec.alpha,
    lora_dropout: spec.dropout,
    use_dora: spec.name === 'dora',
    use_rslora: spec.rankStabilised,
    target_modules: targets,
    fan_in_fan_out: inFirst,
    bias: 'none',
    init_lora_weights: true,
  };
}

/** The text of `adapter_config.json`. */
export function writeConfig(spec: AdapterSpec, around: Surroundings): string {
  const entries = (writers[spec.name] as (spec: AdapterSpec, around: Surroundings) => Entries)(spec, around);
  const shared = { task_type: around.task, modules_to_save: around.whole, inference_mode: true, base_model_name_or_path: null };
  return `${JSON.stringify({ ...entries, ...shared }, undefined, 2)}\n`;
}

const common = { modules_to_save: z.array(z.string()).nullish() };

/** What would make an adapter compute otherwise than it is built here. */
const plain = {
  bias: z.literal('none').default('none'),
  lora_bias: z.literal(false).default(false),
  rank_pattern: z.strictObject({}).nullish(),
  alpha_pattern: z.strictObject({}).nullish(),
  layer_replication: z.null().optional(),
  trainable_token_indices: z.null().optional(),
  target_parameters: z.null().optional(),
  alora_invocation_tokens: z.null().optional(),
  use_qalora: z.literal(false).nullish(),
  use_bdlora: z.null().optional(),
};

const configSchema = z.discriminatedUnion('peft_type', [
  z.object({
    peft_type: z.literal('LORA'),
    r: z.int().min(1),
    lora_alpha: z.number(),
    lora_dropout: z.number().min(0).lt(1).default(0),
    use_dora: z.boolean().default(false),
    use_rslora: z.boolean().default(false),
    ...common,
    ...plain,
  }),
  z.object({ peft_type: z.literal('IA3'), feedforward_modules: z.union([z.string(), z.array(z.string())]).nullish(), ...common }),
  z.object({
    peft_type: z.literal('PROMPT_TUNING'),
    num_virtual_tokens: z.int().min(1),
    num_transformer_submodules: z.literal(1).nullish(),
    ...common,
  }),
  z.object({
    peft_type: z.literal(BOTTLENECK),
    width: z.int().min(1),
    activation: z.enum(['relu', 'gelu']),
    after: z.enum(['both', 'feed-forward']),
    ...common,
  }),
]);

/**
 * The specification of an adapter that was saved.
 * @param layers names in the graph of the layers that the file has tensors of: those are the targets
 * @param nameOf what a layer is called in the file
 * @throws ADAPTER_FORMAT
 */
export function readConfig(text: string, layers: readonly string[], nameOf: (layer: string) => string): AdapterSpec {
  const config = parsed(text);
  switch (config.peft_type) {
    case 'LORA': {
      const { r: rank, lora_alpha: alpha, lora_dropout: dropout, use_rslora: rankStabilised } = config;
      return { name: config.use_dora ? 'dora' : 'lora', rank, alpha, dropout, rankStabilised, targets: layers };
    }
    case 'IA3':
      return { name: 'ia3', targets: layers, feedForward: layers.filter((layer) => isListed(nameOf(layer), config.feedforward_modules ?? [])) };
    case 'PROMPT_TUNING':
      return { name: 'prompt-tuning', tokens: config.num_virtual_tokens };
    case BOTTLENECK: {
      const { width, activation, after } = config;
      return { name: 'adapter', width, activation, after };
    }
  }
}

/** Names of the modules that an adapter was saved with whole: the head. @throws ADAPTER_FORMAT */
export function readWhole(text: string): readonly string[] {
  return parsed(text).modules_to_save ?? [];
}

/** A regular expression, or a list of the ends of names. */
function isListed(name: string, modules: string | readonly string[]): boolean {
  return typeof modules === 'string' ? regularExpression(`^(?:${modules})$`).test(name) : isNamed({ name }, modules);
}

function parsed(text: string): z.output<typeof configSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return fail('ADAPTER_FORMAT', { reason: `adapter_config.json is not JSON: ${(cause as Error).message}` }, cause);
  }
  const result = configSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return fail('ADAPTER_FORMAT', { reason: `"${issue?.path.join('.')}" of adapter_config.json: ${issue?.message}` });
}
