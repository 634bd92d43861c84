export { addAdapter, removeAdapter, type WithAdapter } from './add.js';
export { mergeAdapter } from './merge.js';
export { loadAdapter } from './peft/load.js';
export { type AdapterFiles, saveAdapter } from './peft/save.js';
export { hasAdapter } from './record.js';
export { biasParameters, headParameters, lastLayers } from './select.js';
export type * from './spec.js';
export { adapterTensors, countParameters, withAdapterTensors } from './tensors.js';
