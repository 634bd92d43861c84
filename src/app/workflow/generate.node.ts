import { loadBundle } from '../../reuse/bundle/index.node.js';
import type { GenerateOptions } from '../../reuse/generation/index.js';
import type { WorkflowContext } from './context.js';

export interface GenerateRequest extends GenerateOptions {
  /** A bundle of causal language modelling, its `.zip`, or the run that made it. */
  readonly bundle: string;
  readonly prompt: string;
}

export interface GenerateResult {
  readonly bundle: string;
  readonly prompt: string;
  /** What was written behind the prompt. */
  readonly text: string;
  /** Why it ends: the model ended it, a stop text, or its length. */
  readonly finish: 'end' | 'stop' | 'length';
  readonly seconds: number;
}

/** Writes on behind a prompt. @throws BUNDLE_NO_GENERATION, GENERATION_ and BUNDLE_ errors */
export async function generate(
  { bundle: path, prompt, ...options }: GenerateRequest,
  { events, signal }: WorkflowContext = {},
): Promise<GenerateResult> {
  const began = performance.now();
  const bundle = await loadBundle(path);
  try {
    const writing = bundle.generate(prompt, options);
    let text = '';
    let tokens = 0;
    for (let next = await writing.next(); ; next = await writing.next()) {
      if (next.done || signal?.aborted) {
        const finish = next.done ? next.value : 'stop';
        return { bundle: path, prompt, text, finish, seconds: (performance.now() - began) / 1000 };
      }
      text += next.value;
      events?.emit('progress', { stage: 'writing', done: ++tokens, total: options.maxNewTokens ?? tokens });
    }
  } finally {
    await bundle.close();
  }
}
