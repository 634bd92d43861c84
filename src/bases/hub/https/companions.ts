import { z } from 'zod';
import { readModel } from '../../../engine/graph/index.js';
import { normalizePath } from '../uri.js';

const indexForm = z.object({ weight_map: z.record(z.string(), z.string()) });
const tfjsForm = z.object({ weightsManifest: z.array(z.object({ paths: z.array(z.string()) })) });

/** Which files a model refers to, by the ending of its own name; one row a format. */
const formats: readonly { readonly name: RegExp; readonly read: (bytes: Uint8Array) => readonly string[] }[] = [
  { name: /\.index\.json$/, read: shardsOfIndex },
  { name: /\.json$/, read: tensorflowJsShards },
  { name: /\.onnx$/, read: onnxExternalData },
];

/** The files beside a model that it refers to, relative to it. What would leave its folder, or cannot be read, is none. */
export async function companionsOf(name: string, readFile: () => Promise<Uint8Array>): Promise<readonly string[]> {
  const format = formats.find((one) => one.name.test(name));
  const named = format ? format.read(await readFile()) : [];
  return [...new Set(named.flatMap((path) => normalizePath(path) || []))].filter((path) => path !== name);
}

/** Source: transformers, modeling_utils.py: `model.safetensors.index.json` says which file holds which weight. */
function shardsOfIndex(bytes: Uint8Array): readonly string[] {
  try {
    return Object.values(indexForm.parse(JSON.parse(new TextDecoder().decode(bytes))).weight_map);
  } catch {
    return [];
  }
}

function tensorflowJsShards(bytes: Uint8Array): readonly string[] {
  try {
    return tfjsForm.parse(JSON.parse(new TextDecoder().decode(bytes))).weightsManifest.flatMap(({ paths }) => paths);
  } catch {
    // Not a TensorFlow.js model; the importers say what it is.
    return [];
  }
}

function onnxExternalData(bytes: Uint8Array): readonly string[] {
  const locations: string[] = [];
  try {
    readModel(bytes, (location) => {
      locations.push(location);
      return (_, length) => new Uint8Array(length ?? 0);
    });
  } catch {
    // Damaged, or lengths left open: the locations seen so far are what there is; the importer says the rest.
  }
  return locations;
}
