export { TensorBundle } from './bundle.js';
export { cutSlice, type Slice } from './slices.js';
