import { hasWeights } from '../huggingface/importer.js';
import { isPresent } from '../present.js';
import type { Importer } from '../types.js';

/** Bare weights in PyTorch's files: state dicts of torchvision's networks. */
export const torchImporter: Importer = {
  name: 'torch',
  formats: 'weights of torchvision’s networks (.pt, .pth or .safetensors, with an architecture)',
  recognises: (files) => files.filter((file) => /\.(?:pt|pth|safetensors)$/.test(file) && !belongsToModel(files, file)),
  // The architectures bring all their layers along, which most pages never need.
  import: async (folder, entry, hints) => {
    const config = entry.replace(/[^/]*$/, 'config.json');
    // A file of a model of transformers that was named by itself.
    if (await isPresent(folder, config)) return (await import('../huggingface/read.js')).readHuggingFace(folder, config, entry, hints);
    return (await import('./read.js')).readTorch(folder, entry, hints);
  },
};

/** Whether the weights are those of a model of transformers in the same folder. */
function belongsToModel(files: readonly string[], file: string): boolean {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return files.includes(`${folder}config.json`) && hasWeights(files, `${folder}config.json`);
}
