import { inlineFunctions, readModel, upgradeModel } from '../../../engine/graph/index.js';
import type { HubFolder } from '../../hub/index.js';
import type { Import, Importer } from '../types.js';
import { withConstants } from './folded.js';
import { takeFacts } from './metadata.js';
import { toStandard } from './standard.js';

/** ONNX files, with external data beside them; brought to the opset the rest speaks, local functions inlined. */
export const onnxImporter: Importer = {
  name: 'onnx',
  formats: 'ONNX (.onnx)',
  recognises: (files) => files.filter((file) => file.endsWith('.onnx')),
  import: importOnnx,
};

async function importOnnx(folder: HubFolder, entry: string): Promise<Import> {
  const bytes = await folder.root.read(entry);
  const base = entry.includes('/') ? entry.slice(0, entry.lastIndexOf('/') + 1) : '';
  const external = new Map<string, Uint8Array>();
  for (;;) {
    try {
      const { model, facts } = takeFacts(readModel(bytes, (location) => external.get(location) ?? need(location), entry));
      return { ...toStandard(withConstants(inlineFunctions(upgradeModel(model)))), ...facts };
    } catch (error) {
      if (!(error instanceof FileNeeded)) throw error;
      external.set(error.location, await folder.root.read(base + error.location));
    }
  }
}

/** The reader is synchronous and a folder is not: reading starts over once a file it asked for is there. */
class FileNeeded extends Error {
  readonly location: string;

  constructor(location: string) {
    super(location);
    this.location = location;
  }
}

function need(location: string): never {
  throw new FileNeeded(location);
}
