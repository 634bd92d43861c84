import { fail, type SyncBytes } from '../../../core/index.js';
import { type HubFolder, normalizePath, openSyncFile } from '../../hub/index.js';
import { isObject, type Json } from '../json.js';
import { assembleModel, isModelType, type ModelSpec, readTopology, type WeightStore } from '../keras-layers/index.js';
import type { Import, ImportHints } from '../types.js';
import { readArchive } from './archive.js';
import { dialectOf } from './dialect.js';
import { invalid, type KerasFile, parseJson } from './file.js';
import { GroupedWeights } from './grouped-weights.js';
import { type Hdf5, withHdf5 } from './hdf5.js';
import { PlacedWeights, placedLayers } from './placed-weights.js';
import { type Named, readWeightsOnly } from './weights-only.js';

/**
 * Reads a Keras model of one file, whose content says which container it is. Nothing in it is executed.
 * @throws IMPORT_FILE_INVALID, IMPORT_FORMAT_UNSUPPORTED, IMPORT_WEIGHTS_ONLY, IMPORT_ARCHITECTURE_*, and the errors of the layers
 */
export async function readKeras(folder: HubFolder, entry: string, hints: ImportHints): Promise<Import> {
  const source = { uri: folder.source.uri, file: entry };
  const named = await namedArchitecture(folder, source, hints.architecture);
  const file = await openSyncFile(folder.root, entry);
  try {
    return await readContainer(source, file, named);
  } finally {
    await file.close();
  }
}

function readContainer(source: KerasFile, bytes: SyncBytes, named: Named | undefined): Promise<Import> | never {
  if (startsWith(bytes, 'PK')) return readArchived(source, bytes);
  if (startsWith(bytes, '\x89HDF')) {
    return withHdf5(source, bytes, (file) => (isWeightsOnly(file) ? readWeightsOnly(source, file, named) : readLegacy(source, file)));
  }
  return invalid(source, 'it is neither a zip archive nor an HDF5 file');
}

function startsWith(bytes: SyncBytes, text: string): boolean {
  const start = bytes.part(0, text.length).whole();
  return [...text].every((char, i) => start[i] === char.charCodeAt(0));
}

/** A `.keras` archive, whose weights stay in it where they are not packed. */
function readArchived(source: KerasFile, bytes: SyncBytes): Promise<Import> {
  const { config, metadata, weights } = readArchive(source, bytes);
  const version = isObject(metadata) ? metadata.keras_version : undefined;
  return withHdf5(source, weights, (file) =>
    assemble(
      source,
      config,
      version,
      (spec) =>
        new PlacedWeights(
          file,
          placedLayers(spec).flatMap(({ weights }) => weights),
        ),
    ),
  );
}

/** A whole model in HDF5: the layers in an attribute, their weights in a group each. */
function readLegacy(source: KerasFile, file: Hdf5): Import {
  const config = file.text('model_config') ?? invalid(source, 'it is an HDF5 file without the attribute model_config');
  const version = file.text('keras_version');
  return assemble(source, parseJson(source, config, 'model_config'), version, () => new GroupedWeights(file));
}

/** What `save_weights` leaves in the root: layer names in Keras 2, groups of layers in Keras 3. */
const WEIGHTS_ONLY = ['layer_names', 'layer_names0', 'layers', '_layer_checkpoint_dependencies', 'model_weights'];

function isWeightsOnly(file: Hdf5): boolean {
  const names = file.names();
  return !names.has('model_config') && WEIGHTS_ONLY.some((name) => names.has(name));
}

/** The architecture that the user names; a path is that of a configuration, from the folder of the weights. */
async function namedArchitecture(folder: HubFolder, source: KerasFile, name: string | undefined): Promise<Named | undefined> {
  if (!name?.endsWith('.json')) return name === undefined ? undefined : { name };
  const path = normalizePath([...source.file.split('/').slice(0, -1), name].join('/'));
  if (path === undefined) return invalid(source, `its configuration "${name}" lies outside its folder`);
  const bytes = await folder.root.read(path);
  return { name: path, config: parseJson({ ...source, file: path }, new TextDecoder().decode(bytes), path) };
}

function assemble(source: KerasFile, config: Json, version: Json | undefined, weightsOf: (spec: ModelSpec) => WeightStore): Import {
  if (!isObject(config) || !isModelType(config.class_name)) return notLayers(source, config);
  const spec = readTopology(config);
  return { model: assembleModel(spec, weightsOf(spec), dialectOf(version)), notes: [] };
}

function notLayers(source: KerasFile, config: Json): never {
  const type = isObject(config) ? config.class_name : undefined;
  if (typeof type !== 'string') return invalid(source, 'its configuration names no class');
  const format = `a model of the class ${type}, whose computation is Python code and not in the file`;
  return fail('IMPORT_FORMAT_UNSUPPORTED', { uri: source.uri, format, supported: 'Sequential and functional Keras models' });
}
