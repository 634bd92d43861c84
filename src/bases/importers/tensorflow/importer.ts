import type { Importer } from '../types.js';
import { recognise } from './recognise.js';

/** TensorFlow's own files: SavedModels of TensorFlow 1 and 2, frozen graphs and checkpoints with their graph. */
export const tensorflowImporter: Importer = {
  name: 'tensorflow',
  formats: 'TensorFlow SavedModels, frozen graphs (.pb) and checkpoints (.meta)',
  recognises: recognise,
  // The formats' schema and the converters of operators are large; most pages never need them.
  import: async (folder, entry, hints) => (await import('./import.js')).importTensorflow(folder, entry, hints),
};
