export { convolutionGradients, convolveByTiles, tilingOf } from './winograd.js';
