export { importFolder } from './import-folder.js';
export type { Preprocessing } from './preprocessing.js';
export type { ImportedModel, Importer, ModelSource } from './types.js';
