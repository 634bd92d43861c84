import { didYouMean, fail } from '../../../core/index.js';
import { isObject, type Json } from '../json.js';
import { assembleModel, readTopology } from '../keras-layers/index.js';
import type { Import } from '../types.js';
import { type Application, type Architecture, applications, buildApplication, type Design, preparations } from './applications/index.js';
import { type Fit, fitWeights, namedLayers, numberedLayers } from './architecture.js';
import { dialectOf } from './dialect.js';
import type { KerasFile } from './file.js';
import type { Hdf5 } from './hdf5.js';
import { PlacedWeights } from './placed-weights.js';

/** What weights belong to: the name of an application, or a configuration that Keras wrote (`model.to_json()`). */
export type Named = { readonly name: string } | { readonly name: string; readonly config: Json };

/**
 * Weights without layers, put into the architecture that the user names.
 * @throws IMPORT_WEIGHTS_ONLY where none is named, IMPORT_ARCHITECTURE_UNKNOWN, IMPORT_ARCHITECTURE_MISMATCH, and the errors of the layers
 */
export function readWeightsOnly(source: KerasFile, file: Hdf5, named: Named | undefined): Import {
  const known = Object.keys(applications);
  const { uri } = source;
  if (!named) return fail('IMPORT_WEIGHTS_ONLY', { file: source.file, uri, layers: contents(file), known: known.join(', ') });
  if ('config' in named) return fromConfig(source, file, named.name, named.config);
  if (Object.hasOwn(applications, named.name)) return fromApplication(source, file, named.name, applications[named.name] as Application);
  return fail('IMPORT_ARCHITECTURE_UNKNOWN', { architecture: named.name, hint: didYouMean(named.name, known), known: known.join(', ') });
}

function contents(file: Hdf5): string {
  const layers = namedLayers(file) ?? numberedLayers(file);
  const listed = layers.slice(0, 6).map(({ name, weights }) => `${name} ${weights.map(({ dims }) => `[${dims.join(', ')}]`).join(' ')}`);
  return listed.join('; ') + (layers.length > 6 ? ` and ${layers.length - 6} more` : '');
}

function fromConfig(source: KerasFile, file: Hdf5, name: string, config: Json): Import {
  const architecture = { spec: readTopology(config), dims: new Map<string, readonly number[]>() };
  const fit = fitWeights(architecture, file);
  if (fit.difference) return mismatch(source, name, fit);
  const dialect = dialectOf(isObject(config) ? config.keras_version : undefined);
  return { model: assembleModel(architecture.spec, new PlacedWeights(file, fit.places), dialect), notes: [] };
}

interface Candidate {
  readonly architecture: Architecture;
  readonly classes: number | undefined;
  readonly fit: Fit;
}

function fromApplication(source: KerasFile, file: Hdf5, name: string, application: Application): Import {
  const candidates = application.designs.flatMap((design) => candidatesOf(file, name, design, application.size));
  const fitting = candidates.find(({ fit }) => !fit.difference) ?? mismatch(source, name, furthest(candidates));
  const weights = new PlacedWeights(file, fitting.fit.places);
  const refined = application.refined?.(weights);
  const { spec } = refined ? buildApplication(name, refined, application.size, fitting.classes) : fitting.architecture;
  const { size, preparation } = application;
  return {
    model: assembleModel(spec, weights, dialectOf(undefined)),
    preprocessing: { size: [size, size], layout: 'nchw', channels: 3, filter: 'bilinear', ...preparations[preparation] },
    notes:
      fitting.classes === undefined
        ? [`The file has no classifier; for a new head on its last features, name them: taps: [${spec.outputs[0]?.layer}].`]
        : [],
  };
}

/** A design with a classifier of as many classes as the file has, and without. */
function candidatesOf(file: Hdf5, name: string, design: Design, size: number): Candidate[] {
  const candidate = (classes: number | undefined): Candidate => {
    const architecture = buildApplication(name, design, size, classes);
    return { architecture, classes, fit: fitWeights(architecture, file) };
  };
  const usual = candidate(1000);
  const last = usual.fit.places.get([...usual.architecture.dims.keys()].at(-1) ?? '');
  const classes = last && file.dims(last.path)?.at(-1);
  return [classes === undefined || classes === 1000 ? usual : candidate(classes), candidate(undefined)];
}

/** Of designs that do not fit, the one that fits for longest. */
function furthest(candidates: readonly Candidate[]): Fit {
  const [best] = candidates.toSorted((a, b) => (b.fit.difference?.at ?? 0) - (a.fit.difference?.at ?? 0));
  return best?.fit ?? { places: new Map() };
}

function mismatch({ file, uri }: KerasFile, architecture: string, { difference }: Fit): never {
  return fail('IMPORT_ARCHITECTURE_MISMATCH', { file, uri, architecture, difference: difference?.text ?? 'nothing fits' });
}
