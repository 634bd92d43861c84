import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { buildModel, familyOf } from '../../src/bases/importers/huggingface/build.js';
import { withOrigin } from '../../src/bases/importers/huggingface/origin.js';
import { sizedFor } from '../../src/bases/importers/huggingface/vision/sizes.js';
import {
  type AdapterFiles,
  type AdapterSpec,
  adapterTensors,
  addAdapter,
  biasParameters,
  type Ia3Spec,
  loadAdapter,
  saveAdapter,
} from '../../src/bases/surgery/index.js';
import { readSafetensors, type Tensor, toNumbers, writeSafetensors } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { generated } from './generated-weights.js';
import { type GoldenModel, inputsOf, weightsOf } from './huggingface-families.js';
import { runOnnx } from './ort.js';
import { lossDifference } from './training-parity.js';

/** What PEFT made of a model, and steps of training in double precision, as bench/oracles/peft_training.py writes them. */
export interface PeftCase extends GoldenModel {
  /** Layers, where not the usual ones are changed. */
  readonly targets?: readonly string[];
  readonly feedForward?: readonly string[];
  /** Dimensions of what is trained by its name in a file. */
  readonly trained: Readonly<Record<string, readonly number[]>>;
  /** How many numbers that are: PEFT's `get_nb_trainable_parameters`. */
  readonly count: number;
  /** Before the steps. */
  readonly logits: readonly (readonly number[])[];
  readonly losses: readonly number[];
}

interface Golden {
  readonly seed: number;
  readonly gain: number;
  readonly rate: number;
  readonly labels: readonly number[];
  readonly rank: number;
  readonly alpha: number;
  readonly tokens: number;
  readonly families: Readonly<Record<string, Readonly<Record<string, PeftCase>>>>;
}

export const golden = JSON.parse(gunzipSync(readFileSync(new URL('../peft/cases.json.gz', import.meta.url))).toString()) as Golden;

/** Every case of a method that adds parameters: family, method, case. */
export const adapterCases = casesOf((method) => method !== 'full' && method !== 'bitfit');

/** Every case of a method that chooses among the parameters that there are. */
export const selectionCases = casesOf((method) => method === 'full' || method === 'bitfit');

function casesOf(isWanted: (method: string) => boolean): [family: string, method: string, one: PeftCase][] {
  return Object.entries(golden.families).flatMap(([family, cases]) =>
    Object.entries(cases).flatMap(([method, one]): [string, string, PeftCase][] => (isWanted(method) ? [[family, method, one]] : [])),
  );
}

export function caseOf(family: string, method: string): PeftCase {
  const one = golden.families[family]?.[method];
  if (!one) throw new Error(`No case of ${method} on ${family}`);
  return one;
}

/** The base of a case, as the importer gives it. */
export async function baseOf(one: PeftCase): Promise<Model> {
  const [, , height = 0, width = 0] = one.images ?? [];
  const config = one.images ? sizedFor(one.config, familyOf(one.config), [height, width]) : one.config;
  const { model, className, stored, transposed } = await buildModel(config, weightsOf(one));
  return withOrigin(model, { config: JSON.stringify(one.config), className, stored, transposed });
}

const { rank, alpha, tokens, seed } = golden;
const lowRank = { rank, alpha, dropout: 0, rankStabilised: false } as const;

/** The specification of a method with the options of the oracle; the usual layers are found by themselves. */
export function specOf(method: string, one: PeftCase): AdapterSpec {
  const { targets, feedForward } = { targets: 'auto', feedForward: 'auto', ...one } as Omit<Ia3Spec, 'name'>;
  if (method === 'lora' || method === 'dora') return { name: method, ...lowRank, targets };
  return method === 'ia3' ? { name: 'ia3', targets, feedForward } : { name: 'prompt-tuning', tokens };
}

/** Names of the head's weights, which are the same in files and in the graph of these models. */
export function headOf({ trained }: PeftCase): string[] {
  return Object.keys(trained).flatMap((name) => {
    const plain = name.replace(/^base_model\.(model\.)?/, '');
    return /^(classifier|pre_classifier|score)\./.test(plain) ? [plain] : [];
  });
}

/** The base with the adapter that the oracle began with: through files of PEFT's format. */
export async function adaptedBase(method: string, one: PeftCase): Promise<{ readonly model: Model; readonly parameters: readonly string[] }> {
  const base = await baseOf(one);
  const fresh = addAdapter(base, specOf(method, one), { seed: 0, head: headOf(one) });
  const files = await saveAdapter(fresh.model);
  const { tensors } = readSafetensors(files['adapter_model.safetensors']);
  const filled = [...tensors].map(([name, tensor]) => [name, beginning(name, tensor)] as const);
  return loadAdapter(base, { ...files, 'adapter_model.safetensors': writeSafetensors(filled) });
}

/** What the oracle fills is made here again; the head and the magnitudes of DoRA are as they were. */
function beginning(name: string, tensor: Tensor): Tensor {
  if (/lora_(embedding_)?[AB]/.test(name)) return generated(seed, name, tensor.dims, -0.2, 0.2);
  if (name.includes('ia3_l')) return generated(seed, name, tensor.dims, 0.5, 1.5);
  return name === 'prompt_embeddings' ? generated(seed, name, tensor.dims, -1, 1) : tensor;
}

/** Dimensions by name of what a file has. */
export function shapesOf(files: AdapterFiles): Record<string, readonly number[]> {
  return Object.fromEntries([...readSafetensors(files['adapter_model.safetensors']).tensors].map(([name, { dims }]) => [name, dims]));
}

/** The largest difference between logits, as a share of the largest of those expected. */
export async function logitDifference(model: Model, one: GoldenModel, expected: readonly (readonly number[])[]): Promise<number> {
  const [logits] = Object.values(await runOnnx(model, inputsOf(one)));
  const found = toNumbers(logits as Tensor);
  const wanted = expected.flat();
  if (found.length !== wanted.length) return Number.NaN;
  return Math.max(...wanted.map((value, i) => Math.abs(value - (found[i] as number)))) / Math.max(...wanted.map(Math.abs));
}

/** How far from PyTorch's losses those of the same steps are, as a share of the effect of training. */
export async function adapterLossDifference(method: string, one: PeftCase): Promise<number> {
  const { model } = await adaptedBase(method, one);
  return differenceOver(model, one, [...adapterTensors(model).keys()]);
}

/** The same for all parameters, or for the biases and the head. */
export async function selectionLossDifference(method: string, one: PeftCase): Promise<number> {
  const model = await baseOf(one);
  return differenceOver(model, one, method === 'full' ? undefined : [...new Set([...biasParameters(model.graph), ...headOf(one)])]);
}

function differenceOver(model: Model, one: PeftCase, trained: readonly string[] | undefined): Promise<number> {
  const { labels, rate } = golden;
  return lossDifference({ model, inputs: inputsOf(one), labels, rate, losses: one.losses, ...(trained && { trained }) });
}
