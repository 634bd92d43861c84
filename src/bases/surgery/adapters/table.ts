import { bottleneck } from './bottleneck.js';
import { dora } from './dora.js';
import { ia3 } from './ia3.js';
import { lora } from './lora.js';
import type { Methods } from './method.js';
import { promptTuning } from './prompt-tuning.js';

/** One row a method. */
export const methods: Methods = { lora, dora, ia3, adapter: bottleneck, 'prompt-tuning': promptTuning };
