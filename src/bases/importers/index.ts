export { importFolder } from './import-folder.js';
export type { ImportedModel, Importer, ModelSource, Preprocessing } from './types.js';
