import { fail } from '../../../core/index.js';
import type { HubFolder } from '../../hub/index.js';
import { companionFiles } from '../companions.js';
import { fitting } from '../fitting.js';
import { isObject, type JsonObject, parseJson } from '../json.js';
import { isPresent } from '../present.js';
import { readWeights } from '../state-dict/index.js';
import type { Import, ImportHints } from '../types.js';
import { type Built, buildModel, classFor, familyOf, isCausal } from './build.js';
import { withOrigin } from './origin.js';
import { readPreprocessing } from './preprocessing.js';
import { tokenLimit } from './text/limit.js';
import { atInputSize, type Images, sizedFor } from './vision/sizes.js';

/**
 * Reads a model that transformers saved. Nothing in its folder is executed: the layers are built here, by `model_type`.
 * @param entry its config.json
 * @param file its weights, or their index
 * @throws IMPORT_FILE_INVALID, and the errors of the weights and of {@link buildModel}
 */
export async function readHuggingFace(folder: HubFolder, entry: string, file: string, hints: ImportHints): Promise<Import> {
  const text = await folder.root.read(entry);
  const stated = parsed(folder, entry, text);
  const prepared = await imagesOf(folder, entry);
  const config = sizedFor(stated, familyOf(stated, hints.architecture), prepared?.preprocessing.size);
  const { weights, notes } = await readWeights(folder, file);
  const wanted = hints.architecture ?? (hints.purpose && classFor(familyOf(config), hints.purpose));
  const built = await fitting({ file, uri: folder.source.uri }, wanted ?? savedClassOf(config), () => buildModel(config, weights, wanted));
  const images = prepared && atInputSize(prepared, built.model.graph);
  const labels = labelsOf(config, built);
  const features = featuresOf(built);
  const limit = tokenLimit(config);
  const tokens = built.model.graph.outputs.find(({ name }) => name === 'last_hidden_state')?.name;
  return {
    model: withOrigin(built.model, {
      config: new TextDecoder().decode(text),
      className: built.className,
      stored: built.stored,
      transposed: built.transposed,
    }),
    ...(labels && { labels }),
    ...(images && { preprocessing: images.preprocessing }),
    ...(features !== undefined && { features }),
    ...(tokens !== undefined && !images && { tokens }),
    ...(limit !== undefined && !images && { maxTokens: limit }),
    ...(isCausal(built.family) && { isCausal: true as const }),
    files: await companionFiles(folder, entry),
    notes: [...notes, ...(images?.notes ?? []), ...notesOn(config, built)],
  };
}

/** @throws IMPORT_FILE_INVALID */
function parsed(folder: HubFolder, path: string, bytes: Uint8Array): JsonObject {
  const invalid = (reason: string, cause?: unknown): never =>
    fail('IMPORT_FILE_INVALID', { file: path, uri: folder.source.uri, format: 'a configuration of transformers', reason }, cause);
  try {
    const json = parseJson(bytes);
    return isObject(json) ? json : invalid('it is not a JSON object');
  } catch (error) {
    return invalid((error as Error).message, error);
  }
}

async function imagesOf(folder: HubFolder, config: string): Promise<Images | undefined> {
  const file = config.replace(/config\.json$/, 'preprocessor_config.json');
  return (await isPresent(folder, file)) ? readPreprocessing(parsed(folder, file, await folder.root.read(file))) : undefined;
}

/** What the configuration says of the class, for messages. */
function savedClassOf({ architectures, model_type: type }: JsonObject): string {
  return Array.isArray(architectures) && architectures.length > 0 ? architectures.join(', ') : `a model of type ${String(type)}`;
}

/** The names of the classes, where the head is the one they were given for. */
function labelsOf(config: JsonObject, { initialised, family, className }: Built): readonly string[] | undefined {
  const names = config['id2label'];
  if (!isObject(names) || initialised.length > 0 || family.classes[className]?.head === undefined || !/Classification/.test(className))
    return undefined;
  return Object.keys(names)
    .sort((a, b) => Number(a) - Number(b))
    .map((id) => String(names[id]));
}

/** What a new head reads of a model that has none. */
function featuresOf({ model, family, className }: Built): string | undefined {
  if (family.classes[className]?.head !== undefined) return undefined;
  const outputs = model.graph.outputs.map(({ name }) => name);
  return outputs.find((name) => name === 'pooler_output') ?? outputs[0];
}

function notesOn(config: JsonObject, { className, initialised, unused }: Built): string[] {
  const saved = Array.isArray(config['architectures']) ? config['architectures'].join(', ') : '';
  return [
    ...(saved === '' || saved === className ? [] : [`The file was saved from ${saved}; ${className} is what was built of it.`]),
    ...(initialised.length > 0 ? [`Newly initialised, since the file has no weights of it: ${listed(initialised)}. Train before you predict.`] : []),
    ...(unused.length > 0 ? [`Not part of ${className}, so left out: ${listed(unused)}.`] : []),
  ];
}

function listed(names: readonly string[]): string {
  return names.slice(0, 6).join(', ') + (names.length > 6 ? ` and ${names.length - 6} more` : '');
}
