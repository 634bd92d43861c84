export { adaptForPixels } from './adapt.js';
export { keepForPixels } from './keep.js';
