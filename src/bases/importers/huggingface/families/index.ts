import type { Family } from '../family.js';
import { bert } from './bert.js';
import { gpt2 } from './gpt2.js';
import { llama, mistral, qwen2, qwen3 } from './llama.js';
import { t5 } from './t5.js';

/** The model types of transformers that Regraft builds; a file and a row add one. */
export const families: readonly Family[] = [bert, gpt2, llama, mistral, qwen2, qwen3, t5];
