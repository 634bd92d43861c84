export { readGraphDef, type TfReading } from './graph-def.js';
