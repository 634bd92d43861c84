export { type DenseTokens, denseTokens } from './dense-tokens.js';
