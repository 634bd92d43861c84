import { parse, stringify } from 'lossless-json';
import { fail, int64, isFloat, permute, RegraftError, type Tensor } from '../../../core/index.js';
import type { Model } from '../../../engine/graph/index.js';
import type { JsonObject } from '../json.js';
import { buildModel, familyOf } from './build.js';
import type { Family } from './family.js';
import { type Origin, originOf } from './origin.js';
import { inputSize, sizedFor } from './vision/sizes.js';

/** A model as transformers keeps it. */
export interface Transformers {
  /** The text of `config.json`. */
  readonly config: string;
  /** `model.safetensors` */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** What transformers makes of them, to be compared with the model itself. */
  readonly model: Model;
}

type Saved = Omit<Transformers, 'model'>;

/** A configuration whose numbers are written as they were read: transformers takes 1.0 where it refuses 1. */
type Config = Readonly<Record<string, unknown>>;

/** How many batches a BatchNorm has seen, which PyTorch keeps beside its statistics and does not compute with. */
const NO_BATCHES = int64([], [0]);

/** The new linear head that training puts on a base. */
const HEAD = { weight: 'head.0.weight', bias: 'head.0.bias' };

/**
 * A trained model under the names, and in the arrangement, of the model of transformers that it was made from. A new linear head becomes the
 * classifier of the family's class for that.
 * @param labels names of the classes of a new head
 * @throws EXPORT_TRANSFORMERS where it was made from something else, or its head has no counterpart there
 */
export async function toTransformers(model: Model, labels: readonly string[]): Promise<Transformers> {
  const origin = originOf(model) ?? refuse('it was not imported from a model of transformers');
  const saved = model.graph.initializers.has(HEAD.weight) ? withNewHead(model, origin, labels) : asImported(model, origin);
  return { ...saved, model: await rebuilt(saved, model) };
}

async function rebuilt({ config, weights }: Saved, { graph }: Model): Promise<Model> {
  const stored = [...weights].map(([name, tensor]) => [name, { ...tensor, read: async () => tensor }] as const);
  const json = JSON.parse(config) as JsonObject;
  const sized = sizedFor(json, familyOf(json), inputSize(graph));
  const { model, initialised } = await buildModel(sized, new Map(stored)).catch((error: unknown) =>
    error instanceof RegraftError ? refuse(`it lacks a part of ${String(json['architectures'])}: ${error.message}`) : Promise.reject(error),
  );
  return initialised.length === 0 ? model : refuse(`it has no ${initialised.join(', ')}`);
}

function asImported(model: Model, { config, className, stored, transposed }: Origin): Saved {
  const counters = stored.flatMap((name) => (name.endsWith('.running_mean') ? [name.replace(/running_mean$/, 'num_batches_tracked')] : []));
  const weights = new Map([
    ...counters.map((name) => [name, NO_BATCHES] as const),
    ...stored.map((name) => [name, weightOf(model, name)] as const),
    ...transposed.map((name) => [name, turned(model, name)] as const),
  ]);
  return { config: written(configFor(config, className)), weights };
}

function withNewHead(model: Model, origin: Origin, labels: readonly string[]): Saved {
  const family = familyOf(JSON.parse(origin.config) as JsonObject, origin.className);
  const { classifier } = family;
  if (!classifier) return refuse(`${family.type} has no class with a linear head on these features`);
  if (model.graph.initializers.has('head.1.weight')) refuse(`its head has hidden layers, which ${classifier.className} has not`);
  const present = (name: string): boolean => model.graph.initializers.has(name) && !name.startsWith(`${classifier.layer}.`);
  const kept = { ...origin, stored: origin.stored.filter(present), transposed: origin.transposed.filter(present) };
  const { weights } = asImported(model, kept);
  const named = [...weights].map(([name, tensor]) => [underBase(name, family, origin), tensor] as const);
  const head = [HEAD.weight, HEAD.bias].map((name) => [name.replace('head.0', classifier.layer), weightOf(model, name)] as const);
  return { config: written(withLabels(configFor(origin.config, classifier.className), labels)), weights: new Map([...named, ...head]) };
}

/** Of a model that was imported without a head, the names lack what stands before them in one with a head. */
function underBase(name: string, family: Family, { className }: Origin): string {
  const hadHead = family.classes[className]?.head !== undefined;
  return hadHead ? name : `${family.base}.${name}`;
}

/** The graph computes in float32, whatever the file had; early files do not name their type. */
function configFor(text: string, className: string): Config {
  const { torch_dtype: _, dtype: __, ...config } = parse(text) as Config;
  return { ...config, model_type: familyOf(JSON.parse(text) as JsonObject, className).type, architectures: [className], dtype: 'float32' };
}

function written(config: Config): string {
  return `${stringify(config, undefined, 2)}\n`;
}

function withLabels({ num_labels: _, ...config }: Config, labels: readonly string[]): Config {
  return {
    ...config,
    id2label: Object.fromEntries(labels.map((label, id) => [String(id), label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
    problem_type: 'single_label_classification',
  };
}

function weightOf({ graph }: Model, name: string): Tensor {
  const stored = graph.initializers.get(name);
  return stored !== undefined && stored.type !== 'opaque' ? stored : refuse(`its weight "${name}" is not there any more`);
}

function turned(model: Model, name: string): Tensor {
  const matrix = weightOf(model, name);
  return isFloat(matrix.type) && matrix.dims.length === 2 ? permute(matrix, [1, 0]) : refuse(`its weight "${name}" is no matrix any more`);
}

function refuse(reason: string): never {
  return fail('EXPORT_TRANSFORMERS', { reason });
}
