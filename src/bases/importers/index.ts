export { importFolder } from './import-folder.js';
export { withFacts } from './onnx/metadata.js';
export { type Preprocessing, preprocessingSchema } from './preprocessing.js';
export type { ImportedModel, Importer, ImportHints, ModelSource, Purpose } from './types.js';
export { type WeightNames, weightNames } from './weight-names.js';
