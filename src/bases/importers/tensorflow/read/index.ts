export { readCheckpoint } from './checkpoint.js';
export { readGraphDef, type TfReading } from './graph-def.js';
export { recognise } from './recognise.js';
export { readSavedModel } from './saved-model.js';
