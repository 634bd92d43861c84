import type { Model } from '../../../engine/graph/index.js';
import type { JsonObject } from '../json.js';
import { familyOf } from './build.js';
import type { Family } from './family.js';
import { type Origin, originOf } from './origin.js';

/** Names of weights in the graph and in the files of transformers' class with a head for the same task. */
export interface WeightNames {
  /** What transformers calls a weight, or anything that begins with the name of its layer. */
  toFile(name: string): string;
  /** The name in the graph of what transformers calls so. */
  toGraph(name: string): string;
  /** Whether a weight lies in the graph with its axes exchanged. */
  isTurned(weight: string): boolean;
  /** The class of transformers with a head for the same task. */
  readonly className: string;
  /** What the names of weights of the model without its head begin with, such as `bert`. */
  readonly base: string;
  /** How many blocks and heads of attention `config.json` states. */
  readonly sizes: { readonly layers: number | undefined; readonly heads: number | undefined };
}

/** The layer of a new linear head. */
const HEAD = 'head.0';

/** @returns `undefined` where the model was not imported from transformers */
export function weightNames(model: Model): WeightNames | undefined {
  const origin = originOf(model);
  if (!origin) return undefined;
  const config = JSON.parse(origin.config) as JsonObject;
  const family = familyOf(config, origin.className);
  const base = missingBase(family, origin);
  const layer = family.classifier?.layer ?? HEAD;
  const isHead = (name: string, head: string): boolean => name === head || name.startsWith(`${head}.`);
  const hasNewHead = model.graph.initializers.has(`${HEAD}.weight`);
  return {
    toFile: (name) => (isHead(name, HEAD) ? layer + name.slice(HEAD.length) : base + name),
    toGraph: (name) => {
      if (hasNewHead && isHead(name, layer)) return HEAD + name.slice(layer.length);
      return name.startsWith(base) ? name.slice(base.length) : name;
    },
    isTurned: (weight) => origin.transposed.includes(weight),
    className: hasNewHead ? (family.classifier?.className ?? origin.className) : origin.className,
    base: family.base,
    sizes: {
      layers: numberOf(config, ['num_hidden_layers', 'n_layers', 'n_layer']),
      heads: numberOf(config, ['num_attention_heads', 'n_heads', 'n_head']),
    },
  };
}

/** What stands before the names in a model with a head, where the graph was made of one without. */
function missingBase({ base, classes }: Family, { className }: Origin): string {
  return base === '' || classes[className]?.head !== undefined ? '' : `${base}.`;
}

/** The entry of a configuration that families call by one of these names. */
function numberOf(config: JsonObject, names: readonly string[]): number | undefined {
  return names.map((name) => config[name]).find((value) => typeof value === 'number');
}
