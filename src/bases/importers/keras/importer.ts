import type { Importer } from '../types.js';

/** Models that Keras wrote as one file: `.keras` archives of Keras 3 and `.h5` files of Keras 2 and 3; and weights alone, of a named architecture. */
export const kerasImporter: Importer = {
  name: 'keras',
  formats: 'Keras models (.keras, .h5 or .hdf5 written by model.save, or by save_weights with an architecture)',
  recognises: (files) => files.filter((file) => /\.(?:keras|h5|hdf5)$/.test(file)),
  // The reader brings the HDF5 library along, which most pages never need.
  import: async (folder, entry, hints) => (await import('./read.js')).readKeras(folder, entry, hints),
};
