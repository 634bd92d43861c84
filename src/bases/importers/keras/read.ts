import { fail } from '../../../core/index.js';
import type { HubFolder } from '../../hub/index.js';
import { isObject, type Json } from '../json.js';
import { assembleModel, isModelType, type ModelSpec, readTopology, type WeightStore } from '../keras-layers/index.js';
import type { Import } from '../types.js';
import { readArchive } from './archive.js';
import { invalid, type KerasFile, parseJson } from './file.js';
import { GroupedWeights } from './grouped-weights.js';
import { type Hdf5, withHdf5 } from './hdf5.js';
import { PlacedWeights } from './placed-weights.js';

/**
 * Reads a Keras model of one file, whose content says which container it is. Nothing in it is executed.
 * @throws IMPORT_FILE_INVALID, IMPORT_FORMAT_UNSUPPORTED, IMPORT_WEIGHTS_ONLY, and the errors of the layers
 */
export async function readKeras(folder: HubFolder, entry: string): Promise<Import> {
  const source = { uri: folder.source.uri, file: entry, bytes: await folder.root.read(entry) };
  if (startsWith(source.bytes, 'PK')) return readArchived(source);
  if (startsWith(source.bytes, '\x89HDF')) return withHdf5(source, source.bytes, (file) => readLegacy(source, file));
  return invalid(source, 'it is neither a zip archive nor an HDF5 file');
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((char, i) => bytes[i] === char.charCodeAt(0));
}

/** A `.keras` archive. */
function readArchived(source: KerasFile): Promise<Import> {
  const { config, metadata, weights } = readArchive(source);
  const version = isObject(metadata) ? metadata.keras_version : undefined;
  return withHdf5(source, weights, (file) => assemble(source, config, version, (spec) => new PlacedWeights(spec, file)));
}

/** A whole model in HDF5: the layers in an attribute, their weights in a group each. */
function readLegacy(source: KerasFile, file: Hdf5): Import {
  const config = file.text('model_config') ?? withoutModel(source, file);
  const version = file.text('keras_version');
  return assemble(source, parseJson(source, config, 'model_config'), version, () => new GroupedWeights(file));
}

/** What `save_weights` leaves in the root: layer names in Keras 2, groups of layers in Keras 3. */
const WEIGHTS_ONLY = ['layer_names', 'layers', '_layer_checkpoint_dependencies'];

function withoutModel(source: KerasFile, file: Hdf5): never {
  const names = file.names();
  if (WEIGHTS_ONLY.some((name) => names.has(name))) return fail('IMPORT_WEIGHTS_ONLY', { file: source.file, uri: source.uri });
  return invalid(source, 'it is an HDF5 file without the attribute model_config');
}

function assemble(source: KerasFile, config: Json, version: Json | undefined, weightsOf: (spec: ModelSpec) => WeightStore): Import {
  if (!isObject(config) || !isModelType(config.class_name)) return notLayers(source, config);
  const spec = readTopology(config);
  // Keras 1 and 2 name no version here or one that starts with theirs.
  const slope = typeof version === 'string' && Number.parseInt(version, 10) >= 3 ? 1 / 6 : 0.2;
  return { model: assembleModel(spec, weightsOf(spec), { bilinear: 'half_pixel', hardSigmoidSlope: slope }), notes: [] };
}

function notLayers(source: KerasFile, config: Json): never {
  const type = isObject(config) ? config.class_name : undefined;
  if (typeof type !== 'string') return invalid(source, 'its configuration names no class');
  const format = `a model of the class ${type}, whose computation is Python code and not in the file`;
  return fail('IMPORT_FORMAT_UNSUPPORTED', { uri: source.uri, format, supported: 'Sequential and functional Keras models' });
}
