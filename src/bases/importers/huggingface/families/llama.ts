import * as z from 'zod';
import { fail } from '../../../../core/index.js';
import {
  activationOf,
  add,
  attend,
  embedding,
  linear,
  mergeHeads,
  multiply,
  type Network,
  rmsNorm,
  splitHeads,
  type Value,
} from '../../torch-layers/index.js';
import { count, type Family, family, withLabels } from '../family.js';
import { CAUSAL, type Decoded, nextTokenScores, scoreText, tiedHead } from '../text/decoder-heads.js';
import { tokenInput } from '../text/inputs.js';
import { causalBias } from '../text/masks.js';
import { type Rotation, rotaryShape, rotate, rotations } from '../text/rotary.js';

const llamaShape = {
  hidden_act: z.string().default('silu'),
  num_attention_heads: count.default(32),
  num_hidden_layers: count.default(32),
  pad_token_id: z.int().exactOptional(),
  rms_norm_eps: z.number().default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  ...rotaryShape,
};

/** How many tokens back attention sees; `null` for all. */
const slidingWindow = { sliding_window: count.nullable().default(4096) };

const llamaConfig = withLabels(llamaShape);
const mistralConfig = withLabels({ ...llamaShape, ...slidingWindow });
const qwenConfig = withLabels({
  ...llamaShape,
  ...slidingWindow,
  use_sliding_window: z.boolean().default(false),
  /** Layers from this one on have a window, where `layer_types` does not say it. */
  max_window_layers: z.int().min(0).default(28),
  layer_types: z.array(z.string()).exactOptional(),
});

type LlamaConfig = z.output<typeof llamaConfig>;

/** How far back a layer sees; `undefined` for all the way. */
type WindowOf<C> = (config: C, layer: number) => number | undefined;

/** @throws IMPORT_LAYER_OPTION for layers of other types */
const qwenWindow: WindowOf<z.output<typeof qwenConfig>> = (config, layer) => {
  const window = config.use_sliding_window ? (config.sliding_window ?? undefined) : undefined;
  const type = config.layer_types?.[layer];
  if (type === undefined) return layer >= config.max_window_layers ? window : undefined;
  if (type === 'full_attention') return undefined;
  if (type === 'sliding_attention' && window !== undefined) return window;
  return fail('IMPORT_LAYER_OPTION', { layer: `layers.${layer}`, option: 'layer_types', value: type, type: 'a Hugging Face model' });
};

/** What attention is given beside the states. */
interface Context {
  readonly rotation: Rotation;
  readonly bias: Value;
}

function decode<C extends LlamaConfig>(net: Network, config: C, base: string, windowOf: WindowOf<C>): Decoded {
  const ids = tokenInput(net, 'input_ids');
  const mask = tokenInput(net, 'attention_mask');
  const rotation = rotations(ids, headWidth(net, `${base}layers.0`, config), config);
  const biases = new Map<number | undefined, Value>();
  let x = embedding(ids, `${base}embed_tokens.weight`);
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const window = windowOf(config, i);
    const bias = biases.get(window) ?? causalBias(mask, window);
    biases.set(window, bias);
    x = llamaLayer(x, `${base}layers.${i}`, config, { rotation, bias });
  }
  return { last: rmsNorm(x, `${base}norm`, config.rms_norm_eps), ids, mask };
}

/** How many numbers a head has, by the weights of a layer. @throws IMPORT_TOPOLOGY */
function headWidth(net: Network, layer: string, { num_attention_heads: heads }: LlamaConfig): number {
  const [all = 0] = net.dimsOf(`${layer}.self_attn.q_proj.weight`);
  if (!Number.isInteger(all / heads / 2)) fail('IMPORT_TOPOLOGY', { reason: `${all} numbers do not divide into ${heads} heads of an even width` });
  return all / heads;
}

/** Attention and a gated layer, each behind a normalisation and added to what it reads. */
function llamaLayer(x: Value, name: string, config: LlamaConfig, context: Context): Value {
  const eps = config.rms_norm_eps;
  const attended = add(x, attention(rmsNorm(x, `${name}.input_layernorm`, eps), `${name}.self_attn`, config, context));
  const normal = rmsNorm(attended, `${name}.post_attention_layernorm`, eps);
  const gate = activationOf(config.hidden_act, name)(linear(normal, `${name}.mlp.gate_proj`));
  return x.net.rename(add(attended, linear(multiply(gate, linear(normal, `${name}.mlp.up_proj`)), `${name}.mlp.down_proj`)), name);
}

/** Attention in which several heads may share keys and values; how many of these there are, their weights say. */
function attention(x: Value, name: string, config: LlamaConfig, { rotation, bias }: Context): Value {
  const width = headWidth(x.net, name.slice(0, name.lastIndexOf('.')), config);
  const heads = (part: string): Value => {
    const all = linear(x, `${name}.${part}_proj`);
    return splitHeads(all, Number(all.dims[2]) / width);
  };
  const [q, k] = ['q', 'k'].map((part) => rotate(normalised(heads(part), `${name}.${part}_norm`, config), rotation)) as [Value, Value];
  return linear(mergeHeads(attend(q, k, heads('v'), { biases: [bias] })), `${name}.o_proj`);
}

/** Qwen3 has a normalisation of each head, the others none. */
function normalised(x: Value, name: string, config: LlamaConfig): Value {
  return x.net.has(`${name}.weight`) ? rmsNorm(x, name, config.rms_norm_eps) : x;
}

/** The models of a type whose layers are those of Llama; `name` begins the names of its classes. */
function llamaFamily<C extends LlamaConfig>(type: string, name: string, config: z.ZodType<C>, windowOf: WindowOf<C>): Family {
  const decoded = (net: Network, json: C, base: string): Decoded => decode(net, json, base, windowOf);
  return family({
    type,
    base: 'model',
    config,
    only: CAUSAL,
    nullable: ['sliding_window'],
    copies: (json, base) => tiedHead(json, `${base}embed_tokens.weight`),
    classes: {
      [`${name}Model`]: { build: (net, json, base) => ({ last_hidden_state: decoded(net, json, base).last }) },
      [`${name}ForCausalLM`]: {
        head: /^lm_head\.weight$/,
        build: (net, json, base) => ({
          logits: nextTokenScores(decoded(net, json, base), `${base}embed_tokens.weight`, json.tie_word_embeddings),
        }),
      },
      [`${name}ForSequenceClassification`]: {
        head: /^score\.weight$/,
        build: (net, json, base) => ({ logits: scoreText(decoded(net, json, base), json.labels, json.pad_token_id) }),
      },
      [`${name}ForTokenClassification`]: {
        head: /^score\./,
        build: (net, json, base) => ({ logits: linear(decoded(net, json, base).last, 'score', { units: json.labels }) }),
      },
    },
  });
}

/** Touvron et al. 2023, arXiv:2302.13971. Source: transformers/models/llama/modeling_llama.py */
export const llama = llamaFamily('llama', 'Llama', llamaConfig, () => undefined);

/** Jiang et al. 2023, arXiv:2310.06825. Source: transformers/models/mistral/modeling_mistral.py */
export const mistral = llamaFamily('mistral', 'Mistral', mistralConfig, (config) => config.sliding_window ?? undefined);

/** Yang et al. 2024, arXiv:2407.10671. Source: transformers/models/qwen2/modeling_qwen2.py */
export const qwen2 = llamaFamily('qwen2', 'Qwen2', qwenConfig, qwenWindow);

/** Yang et al. 2025, arXiv:2505.09388. Source: transformers/models/qwen3/modeling_qwen3.py */
export const qwen3 = llamaFamily('qwen3', 'Qwen3', qwenConfig, qwenWindow);
