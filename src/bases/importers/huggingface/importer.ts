import { fail } from '../../../core/index.js';
import { firstPresent } from '../present.js';
import type { Importer } from '../types.js';

/** The names under which transformers saves weights, the preferred first. */
const WEIGHTS_FILES = ['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin', 'pytorch_model.bin.index.json'];

/** A folder as `save_pretrained` of transformers writes it: `config.json` with the weights beside it. */
export const huggingfaceImporter: Importer = {
  name: 'huggingface',
  formats: 'Hugging Face models (config.json with model.safetensors or pytorch_model.bin beside it)',
  prevails: true,
  // A file that was named is listed alone.
  recognises: (files) => files.filter((file) => (isConfig(file) && hasWeights(files, file)) || (files.length === 1 && isNamed(file))),
  // The families bring all their layers along, which most pages never need.
  import: async (folder, entry, hints) => {
    if (!isConfig(entry)) return (await import('./read.js')).readHuggingFace(folder, entry.replace(/[^/]*$/, 'config.json'), entry, hints);
    const weights = await firstPresent(folder, weightsOf(entry));
    if (weights === undefined) fail('HUB_FILE_MISSING', { path: weightsOf(entry)[0] ?? '', uri: folder.source.uri });
    return (await import('./read.js')).readHuggingFace(folder, entry, weights, hints);
  },
};

function isConfig(file: string): boolean {
  return /(?:^|\/)config\.json$/.test(file);
}

/** A configuration, or weights that say by their name whose they are. */
function isNamed(file: string): boolean {
  return isConfig(file) || /(?:^|\/)(?:pytorch_model[^/]*\.bin|model\.safetensors\.index\.json|pytorch_model\.bin\.index\.json)$/.test(file);
}

/** Where the weights to a configuration may lie. */
function weightsOf(config: string): readonly string[] {
  const folder = config.slice(0, config.lastIndexOf('/') + 1);
  return WEIGHTS_FILES.map((name) => folder + name);
}

/** Whether a listing has the weights to a configuration. */
export function hasWeights(files: readonly string[], config: string): boolean {
  return weightsOf(config).some((file) => files.includes(file));
}
