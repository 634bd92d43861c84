import { fail, type Tensor } from '../../../core/index.js';
import type { HubFolder } from '../../hub/index.js';
import { isObject, type Json } from '../json.js';
import { assembleModel, isModelType, NamedWeights, readTopology } from '../keras-layers/index.js';
import type { Import, Importer } from '../types.js';
import { readModelJson, readShard } from './files.js';
import { type ModelFile, readModelFile } from './manifest.js';
import { readWeights } from './weights.js';

/** TensorFlow.js layers models: `model.json` with binary shards, or both wrapped as JavaScript modules. */
export const tfjsImporter: Importer = {
  name: 'tfjs',
  formats: 'TensorFlow.js layers models (model.json, or model.js holding it)',
  recognises: (files) => files.filter((file) => /(?:^|\/)model(?:\.min)?\.(?:json|js)$/.test(file)),
  import: importTfjs,
};

async function importTfjs(folder: HubFolder, entry: string): Promise<Import> {
  const { uri } = folder.source;
  const file = readModelFile(await readModelJson(folder, entry), entry, uri);
  const topology = layersTopology(file, uri);
  const weights = await readAllWeights(folder, entry, file);
  const spec = readTopology(topology);
  return { model: assembleModel(spec, new NamedWeights(weights), { bilinear: 'asymmetric', hardSigmoidSlope: 0.2 }), notes: [] };
}

/** The Keras model in the file. @throws IMPORT_FORMAT_UNSUPPORTED for graph models */
function layersTopology({ topology, format }: ModelFile, uri: string): Json {
  const inner = isObject(topology) && isObject(topology.model_config) ? topology.model_config : topology;
  if (isObject(inner) && isModelType(inner.class_name)) return inner;
  const graph = format === 'graph-model' || (isObject(topology) && 'node' in topology);
  const kind = graph ? 'a TensorFlow.js graph model' : 'a TensorFlow.js model of an unknown kind';
  return fail('IMPORT_FORMAT_UNSUPPORTED', { uri, format: kind, supported: tfjsImporter.formats });
}

async function readAllWeights(folder: HubFolder, entry: string, file: ModelFile): Promise<Map<string, Tensor>> {
  const files = new Set(await folder.root.list());
  const base = entry.includes('/') ? entry.slice(0, entry.lastIndexOf('/') + 1) : '';
  const weights = new Map<string, Tensor>();
  for (const group of file.groups) {
    const shards: Uint8Array[] = [];
    for (const path of group.paths) shards.push(await readShard(folder, base + path, files));
    for (const [name, tensor] of readWeights(group, shards, folder.source.uri)) weights.set(name, tensor);
  }
  return weights;
}
