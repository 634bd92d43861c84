import { externalLocations, inlineFunctions, type Model, readModel, upgradeModel } from '../../../engine/graph/index.js';
import type { HubFolder } from '../../hub/index.js';
import { companionFiles } from '../companions.js';
import type { Import, Importer } from '../types.js';
import { withConstants } from './folded.js';
import { takeFacts } from './metadata.js';

/** ONNX files, with external data beside them; brought to the opset the rest speaks, local functions inlined. Tokenizers come along. */
export const onnxImporter: Importer = {
  name: 'onnx',
  formats: 'ONNX (.onnx)',
  recognises: (files) => files.filter((file) => file.endsWith('.onnx')),
  import: importOnnx,
};

async function importOnnx(folder: HubFolder, entry: string): Promise<Import> {
  const { model, facts } = takeFacts(await readWhole(folder, entry));
  // The rules for fused and quantised operators are many; a page loads them with its first model.
  const { toStandard } = await import('./standard.js');
  const files = await companionFiles(folder, entry);
  return { ...toStandard(withConstants(inlineFunctions(upgradeModel(model)))), ...facts, ...(files.size > 0 && { files }) };
}

/** The reader is synchronous and a folder is not: where it asks for a file, all that the model names are read, and it starts over once. */
async function readWhole(folder: HubFolder, entry: string): Promise<Model> {
  const bytes = await folder.root.read(entry);
  try {
    return readModel(bytes, needFile, entry);
  } catch (error) {
    if (!(error instanceof FileNeeded)) throw error;
  }
  const base = entry.slice(0, entry.lastIndexOf('/') + 1);
  const files = new Map<string, Uint8Array>();
  for (const location of externalLocations(bytes)) files.set(location, await folder.root.read(base + location));
  return readModel(bytes, (location) => files.get(location) ?? needFile(), entry);
}

class FileNeeded extends Error {}

function needFile(): never {
  throw new FileNeeded();
}
