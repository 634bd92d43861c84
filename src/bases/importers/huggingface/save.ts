import { fail, isFloat, permute, RegraftError, type Tensor } from '../../../core/index.js';
import type { Model } from '../../../engine/graph/index.js';
import type { JsonObject } from '../json.js';
import { buildModel } from './build.js';
import { families } from './families/index.js';
import type { Family } from './family.js';
import { type Origin, originOf } from './origin.js';

/** A model as transformers keeps it. */
export interface Transformers {
  /** `config.json` */
  readonly config: JsonObject;
  /** `model.safetensors` */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** What transformers makes of them, to be compared with the model itself. */
  readonly model: Model;
}

type Saved = Omit<Transformers, 'model'>;

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
  return { ...saved, model: await rebuilt(saved) };
}

async function rebuilt({ config, weights }: Saved): Promise<Model> {
  const stored = [...weights].map(([name, tensor]) => [name, { ...tensor, read: async () => tensor }] as const);
  const { model, initialised } = await buildModel(config, new Map(stored)).catch((error: unknown) =>
    error instanceof RegraftError ? refuse(`it lacks a part of ${String(config['architectures'])}: ${error.message}`) : Promise.reject(error),
  );
  return initialised.length === 0 ? model : refuse(`it has no ${initialised.join(', ')}`);
}

function asImported(model: Model, { config, className, stored, transposed }: Origin): Saved {
  const weights = new Map([
    ...stored.map((name) => [name, weightOf(model, name)] as const),
    ...transposed.map((name) => [name, turned(model, name)] as const),
  ]);
  return { config: configFor(config, className), weights };
}

function withNewHead(model: Model, origin: Origin, labels: readonly string[]): Saved {
  const family = families.find(({ type }) => type === origin.config['model_type']);
  const { classifier } = family ?? refuse(`models of type ${String(origin.config['model_type'])} are not known`);
  if (!classifier) return refuse(`${family?.type} has no class with a linear head on these features`);
  if (model.graph.initializers.has('head.1.weight')) refuse(`its head has hidden layers, which ${classifier.className} has not`);
  const present = (name: string): boolean => model.graph.initializers.has(name) && !name.startsWith(`${classifier.layer}.`);
  const kept = { ...origin, stored: origin.stored.filter(present), transposed: origin.transposed.filter(present) };
  const { weights } = asImported(model, kept);
  const named = [...weights].map(([name, tensor]) => [underBase(name, family, origin), tensor] as const);
  const head = [HEAD.weight, HEAD.bias].map((name) => [name.replace('head.0', classifier.layer), weightOf(model, name)] as const);
  return { config: withLabels(configFor(origin.config, classifier.className), labels), weights: new Map([...named, ...head]) };
}

/** Of a model that was imported without a head, the names lack what stands before them in one with a head. */
function underBase(name: string, family: Family | undefined, { className }: Origin): string {
  const hadHead = family?.classes[className]?.head !== undefined;
  return hadHead ? name : `${family?.base}.${name}`;
}

/** The graph computes in float32, whatever the file had. */
function configFor({ torch_dtype: _, dtype: __, ...config }: JsonObject, className: string): JsonObject {
  return { ...config, architectures: [className], dtype: 'float32' };
}

function withLabels({ num_labels: _, ...config }: JsonObject, labels: readonly string[]): JsonObject {
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
