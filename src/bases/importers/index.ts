export { importFolder } from './import-folder.js';
export { importers } from './table.js';
export type { ImportedModel, Importer, ModelSource, Preprocessing } from './types.js';
