import { distance } from 'fastest-levenshtein';
import { fail } from '../../../core/index.js';
import type { JsonObject } from '../json.js';
import type { StateDict } from '../state-dict/index.js';
import { type Finished, Network } from '../torch-layers/index.js';
import { families } from './families/index.js';
import type { Family } from './family.js';
import { withoutCopies, withoutOldNames, withPrefix } from './names.js';

/** A model of transformers as a graph. */
export interface Built extends Finished {
  readonly family: Family;
  /** The class of transformers that it is. */
  readonly className: string;
}

/**
 * The graph of a model of transformers.
 * @param config `config.json`
 * @param wanted the class to build; default: the one it was saved from
 * @throws IMPORT_MODEL_TYPE_UNKNOWN, IMPORT_ARCHITECTURE_UNKNOWN, IMPORT_WEIGHT_MISSING, IMPORT_WEIGHT_SHAPE, IMPORT_TOPOLOGY
 */
export async function buildModel(config: JsonObject, weights: StateDict, wanted?: string): Promise<Built> {
  const family = familyOf(config);
  const className = classOf(family, config, wanted);
  const { build, head } = family.classes[className] ?? fail('IMPORT_TOPOLOGY', { reason: `${family.type} has no class` });
  const named = withPrefix(withoutOldNames(weights), family.base, head !== undefined);
  const base = head ? `${family.base}.` : '';
  const net = new Network(await withoutCopies(named, family.copies(config, base)), head ? { mayBeNew: head } : {});
  const outputs = build(net, config, base);
  return { ...(await net.finish(className, outputs)), family, className };
}

function familyOf(config: JsonObject): Family {
  const type = typeof config['model_type'] === 'string' ? config['model_type'] : 'none';
  const known = families.map((family) => family.type);
  return (
    families.find((family) => family.type === type) ??
    fail('IMPORT_MODEL_TYPE_UNKNOWN', { type, hint: nearest(type, known), known: known.join(', ') })
  );
}

/** The class that is asked for, else the saved one where it is known here, else the one without a head. */
function classOf({ type, classes }: Family, config: JsonObject, wanted: string | undefined): string {
  const known = Object.keys(classes);
  if (wanted !== undefined) {
    if (Object.hasOwn(classes, wanted)) return wanted;
    fail('IMPORT_ARCHITECTURE_UNKNOWN', { architecture: wanted, hint: nearest(wanted, known), known: `${known.join(', ')} (of ${type})` });
  }
  const saved = Array.isArray(config['architectures']) ? config['architectures'] : [];
  return known.find((name) => saved.includes(name)) ?? known[0] ?? '';
}

function nearest(name: string, known: readonly string[]): string {
  const closeness = (candidate: string): number => distance(name.toLowerCase(), candidate.toLowerCase());
  const [best = ''] = known.toSorted((a, b) => closeness(a) - closeness(b));
  return closeness(best) <= 3 ? ` Did you mean ${best}?` : '';
}
