import * as z from 'zod';
import { fail } from '../../../core/index.js';
import type { JsonObject } from '../json.js';
import type { Network, Value } from '../torch-layers/index.js';
import { refuseOthers, underOwnNames } from './options.js';

/** The outputs of a model by the names that transformers gives them; the first is the one a new head would replace. */
export type Outputs = Readonly<Record<string, Value>>;

/** One class of transformers: a family's layers, with or without a head. */
export interface ModelClass<C> {
  /**
   * Adds inputs and layers to the network.
   * @param base what stands before the names of the weights of the model without its head: `bert.`, or nothing where there is no head
   */
  readonly build: (net: Network, config: C, base: string) => Outputs;
  /** Layers of the head, which begin anew where a file has no weights of them. Absent for the model without a head. */
  readonly head?: RegExp;
}

/** The models of one `model_type`, as a file of this folder defines them. */
export interface Family {
  readonly type: string;
  /** The attribute under which models with a head hold the one without; empty where its weights have the same names in both. */
  readonly base: string;
  /** Weights that files may hold a second time: the name of the weight by that of the copy. */
  readonly copies: (config: JsonObject, base: string) => Readonly<Record<string, string>>;
  /** Weights that no output of the classes here follows from, although files have them. */
  readonly unneeded?: RegExp;
  /** By the name of the class; the first has no head. */
  readonly classes: Readonly<Record<string, ModelClass<JsonObject>>>;
  /** The class of which a new linear head on the family's features is the layer named; left out where there is none. */
  readonly classifier?: { readonly className: string; readonly layer: string };
  /** Whether its layers take images of any size; else they are as large as the configuration says. */
  readonly takesAnySize?: boolean;
}

interface Definition<C> {
  readonly type: string;
  readonly base: string;
  /** What is read of `config.json`, with the defaults of transformers. */
  readonly config: z.ZodType<C>;
  /** Entries for which `null` is a value: elsewhere it stands for the default. */
  readonly nullable?: readonly string[];
  /** Entries by the names that they have in all families: the family's own name by that. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Entries of which only these values are built, which are also the defaults. */
  readonly only?: JsonObject;
  readonly copies?: (config: C, base: string) => Readonly<Record<string, string>>;
  readonly unneeded?: RegExp;
  readonly classes: Readonly<Record<string, ModelClass<C>>>;
  readonly classifier?: NonNullable<Family['classifier']>;
  readonly takesAnySize?: boolean;
}

/** A family whose classes are given its checked configuration. */
export function family<C>({ config, nullable = [], attributes = {}, only = {}, copies = () => ({}), classes, ...facts }: Definition<C>): Family {
  const parsed = (json: JsonObject): C => {
    const stated = underOwnNames(withoutNulls(json, nullable), attributes);
    refuseOthers(stated, only);
    return parseConfig(config, stated);
  };
  const checked = ({ build, ...rest }: ModelClass<C>): ModelClass<JsonObject> => ({
    ...rest,
    build: (net, json, prefix) => build(net, parsed(json), prefix),
  });
  return {
    ...facts,
    copies: (json, prefix) => copies(parsed(json), prefix),
    classes: Object.fromEntries(Object.entries(classes).map(([name, one]) => [name, checked(one)])),
  };
}

/** @throws IMPORT_TOPOLOGY naming the entry that is wrong */
function parseConfig<C>(schema: z.ZodType<C>, json: JsonObject): C {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return fail('IMPORT_TOPOLOGY', { reason: `"${issue?.path.join('.')}" in config.json: ${issue?.message}` });
}

/** What is `null` in a configuration is left to its default, but for some entries. */
export function withoutNulls(json: JsonObject, nullable: readonly string[] = []): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([name, value]) => value !== null || nullable.includes(name)));
}

/** A number above zero: of layers, heads, classes. */
export const count = z
  .int()
  .min(1)
  .max(2 ** 24);

/** A head of so many classes is made anew where the file has none. */
const MOST_LABELS = 2 ** 16;

/** Of layers that share their weights, which a file therefore does not bound. */
export const sharedCount = count.max(256);

/** How many classes the head has: as many as `id2label` names, else `num_labels`; transformers has 2 where neither is given. */
const labelled = z.object({ num_labels: count.max(MOST_LABELS).exactOptional(), id2label: z.record(z.string(), z.unknown()).exactOptional() });

function labelCount(json: z.output<typeof labelled>): number {
  return json.id2label ? Object.keys(json.id2label).length : (json.num_labels ?? 2);
}

/** A configuration with `labels`, the number of classes, beside what `shape` reads. */
export function withLabels<S extends z.ZodRawShape>(shape: S) {
  return z.object({ ...labelled.shape, ...shape }).transform((config) => ({ ...config, labels: labelCount(config as z.output<typeof labelled>) }));
}
