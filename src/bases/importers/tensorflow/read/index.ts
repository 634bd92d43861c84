export { readCheckpoint } from './checkpoint.js';
export { readGraphDef, type TfReading } from './graph-def.js';
export { readSavedModel } from './saved-model.js';
