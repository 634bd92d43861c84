export { assembleModel } from './assemble.js';
export { LayerConfig } from './config.js';
export { directionsOf, innerConfig } from './layers/wrapped.js';
export { isModelType } from './model-type.js';
export type { Dialect } from './scope.js';
export { layerTypes } from './table.js';
export { type LayerSpec, type ModelSpec, type Operand, readTopology, type TensorRef } from './topology.js';
export { type NamedTensor, NamedWeights, type WeightStore } from './weights.js';
