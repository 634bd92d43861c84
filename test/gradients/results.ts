import { join } from 'node:path';

/** Where the tests leave what they found; `npm run docs:ops` makes docs/ops.md from it. */
export const RESULTS = join(import.meta.dirname, '../../.cache/gradients');
