import { fail, type Tensor } from '../../../core/index.js';
import type { HubFolder } from '../../hub/index.js';
import { companionFiles } from '../companions.js';
import { isObject } from '../json.js';
import { isModelType } from '../keras-layers/model-type.js';
import type { Import, Importer } from '../types.js';
import { readModelJson, readShard } from './files.js';
import { type ModelFile, readModelFile } from './manifest.js';
import { readWeights } from './weights.js';

/** TensorFlow.js models: `model.json` with binary shards, or both wrapped as JavaScript modules. */
export const tfjsImporter: Importer = {
  name: 'tfjs',
  formats: 'TensorFlow.js layers and graph models (model.json, or model.js holding it)',
  // A file that was named alone may have any name.
  recognises: (files) => files.filter((file) => (files.length === 1 ? /\.(?:json|js)$/ : /(?:^|\/)model(?:\.min)?\.(?:json|js)$/).test(file)),
  import: importTfjs,
};

async function importTfjs(folder: HubFolder, entry: string): Promise<Import> {
  const { uri } = folder.source;
  const file = readModelFile(await readModelJson(folder, entry), entry, uri);
  const topology = isObject(file.topology) && isObject(file.topology.model_config) ? file.topology.model_config : file.topology;
  if (!isObject(topology)) return unknownKind(uri);
  // Layers and operators are many; a page needs those of one kind of model at most.
  if (isModelType(topology.class_name)) {
    const [{ importLayersModel }, weights] = await Promise.all([import('./layers-model.js'), readAllWeights(folder, entry, file)]);
    return importLayersModel(topology, weights);
  }
  if (!('node' in topology)) return unknownKind(uri);
  const weights = await readAllWeights(folder, entry, file);
  const { importGraphModel } = await import('./graph-model.js');
  const imported = importGraphModel(topology, file.signature, weights, { file: entry, uri });
  const files = await companionFiles(folder, entry);
  return files.size === 0 ? imported : { ...imported, files };
}

function unknownKind(uri: string): never {
  return fail('IMPORT_FORMAT_UNSUPPORTED', { uri, format: 'a TensorFlow.js model of an unknown kind', supported: tfjsImporter.formats });
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
