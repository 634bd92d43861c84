import { fail } from '../../../core/index.js';
import type { GenerateRequest, GenerateResult } from '../../workflow/index.node.js';
import { defineVerb, type VerbInput } from '../verb.js';

/** `regraft generate BUNDLE PROMPT` */
export const generate = defineVerb<GenerateResult>({
  syntax: 'generate <bundle> <prompt>',
  summary: 'Write on behind a prompt, with a model of causal language modelling.',
  example: 'regraft generate runs/letters/bundle "Dear Sir or" --temperature 0.8 --top-p 0.95',
  options: [
    { flags: '--max-tokens <n>', description: 'new tokens at most', fallback: '128' },
    { flags: '--temperature <t>', description: '0 takes the most probable token at each step', fallback: '0' },
    { flags: '--top-k <k>', description: 'choose among the k most probable tokens' },
    { flags: '--top-p <p>', description: 'choose among the most probable tokens that hold this share of the probability' },
    { flags: '--stop <text...>', description: 'texts at which to stop' },
    { flags: '--seed <n>', description: 'of the random choices', fallback: '0' },
  ],
  run: async (input, context) => {
    const { generate: run } = await import('../../workflow/index.node.js');
    return run(requestOf(input), context);
  },
  format: ({ prompt, text }) => prompt + text,
});

function requestOf(input: VerbInput): GenerateRequest {
  const [topK, topP] = [input.count('topK'), numberOf(input, 'topP')];
  return {
    bundle: input.argument(0, 'bundle'),
    prompt: input.argument(1, 'prompt'),
    maxNewTokens: input.count('maxTokens') ?? 1,
    temperature: numberOf(input, 'temperature') ?? 0,
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
    stop: input.list('stop'),
    seed: numberOf(input, 'seed') ?? 0,
  };
}

/** @throws CLI_USAGE where an option is no number */
function numberOf(input: VerbInput, name: string): number | undefined {
  const text = input.option(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) fail('CLI_USAGE', { reason: `--${name.toLowerCase()} takes a number, not "${text}"` });
  return value;
}
