import { didYouMean, fail } from '../../../core/index.js';
import type { JsonObject } from '../json.js';
import type { StateDict } from '../state-dict/index.js';
import { type Finished, Network } from '../torch-layers/index.js';
import type { Purpose } from '../types.js';
import { families } from './families/index.js';
import type { Family, Outputs } from './family.js';
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
  const family = familyOf(config, wanted);
  const named = withoutOldNames(weights);
  const { className, net, outputs } = await layOut(family, config, named, wanted);
  const finished = await net.finish(className, outputs);
  return { ...finished, unused: finished.unused.filter((weight) => !family.unneeded?.test(weight)), family, className };
}

interface LaidOut {
  readonly className: string;
  readonly net: Network;
  readonly outputs: Outputs;
}

/**
 * The layers of the class that is asked for, or that the file was saved from. Where nobody asks for it and the file has nothing of its head, those of
 * the class without one: a configuration may still name the class from which a model was trained on.
 */
async function layOut(family: Family, config: JsonObject, weights: StateDict, wanted: string | undefined): Promise<LaidOut> {
  if (wanted !== undefined) return layOutClass(family, config, weights, wantedClass(family, wanted));
  const saved = await layOutClass(family, config, weights, savedClass(family, config));
  return saved.net.initialised.length > 0 && !hasHead(family, saved.className, weights)
    ? layOutClass(family, config, weights, Object.keys(family.classes)[0] ?? '')
    : saved;
}

async function layOutClass(family: Family, config: JsonObject, weights: StateDict, className: string): Promise<LaidOut> {
  const { build, head } = family.classes[className] ?? fail('IMPORT_TOPOLOGY', { reason: `${family.type} has no class ${className}` });
  const base = head && family.base ? `${family.base}.` : '';
  const named = withPrefix(weights, family.base, head !== undefined);
  const net = new Network(await withoutCopies(named, family.copies(config, base)), head ? { mayBeNew: head } : {});
  return { className, net, outputs: build(net, config, base) };
}

const LANGUAGE_MODEL = { 'masked-language-model': /ForMaskedLM$/, 'causal-language-model': /(?:LMHeadModel|ForCausalLM)$/ };

/** The class of a family that serves a purpose. @throws IMPORT_PURPOSE */
export function classFor({ type, classes }: Family, purpose: Purpose): string {
  const names = Object.keys(classes);
  const found = purpose === 'features' ? names[0] : names.find((name) => LANGUAGE_MODEL[purpose].test(name));
  return found ?? fail('IMPORT_PURPOSE', { type, purpose, known: names.join(', ') });
}

/** Whether the models of a family write text: each token sees only those before it. */
export function isCausal({ classes }: Family): boolean {
  return Object.keys(classes).some((name) => LANGUAGE_MODEL['causal-language-model'].test(name));
}

function hasHead({ classes, base }: Family, className: string, weights: StateDict): boolean {
  return [...weights.keys()].some((name) => !name.startsWith(`${base}.`) && classes[className]?.head?.test(name));
}

/**
 * The family by `model_type`; where an early file has none, by its class.
 * @param wanted the class to build, where it is asked for
 * @throws IMPORT_MODEL_TYPE_UNKNOWN
 */
export function familyOf(config: JsonObject, wanted?: string): Family {
  const stated = config['model_type'];
  const type = typeof stated === 'string' ? stated : 'none';
  const known = families.map((family) => family.type);
  const classNames = wanted === undefined ? savedFrom(config) : [wanted];
  const isThis = (family: Family): boolean => (stated ? family.type === type : classNames.some((name) => Object.hasOwn(family.classes, name)));
  return families.find(isThis) ?? fail('IMPORT_MODEL_TYPE_UNKNOWN', { type, hint: stated ? didYouMean(type, known) : '', known: known.join(', ') });
}

function wantedClass({ type, classes }: Family, wanted: string): string {
  if (Object.hasOwn(classes, wanted)) return wanted;
  const known = Object.keys(classes);
  return fail('IMPORT_ARCHITECTURE_UNKNOWN', { architecture: wanted, hint: didYouMean(wanted, known), known: `${known.join(', ')} (of ${type})` });
}

/** The class that the file was saved from where it is known here, else the one without a head. */
function savedClass({ classes }: Family, config: JsonObject): string {
  const known = Object.keys(classes);
  const saved = savedFrom(config);
  return known.find((name) => saved.includes(name)) ?? known[0] ?? '';
}

function savedFrom({ architectures }: JsonObject): readonly string[] {
  return Array.isArray(architectures) ? architectures.map(String) : [];
}
