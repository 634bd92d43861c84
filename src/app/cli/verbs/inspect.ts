import { fail } from '../../../core/index.js';
import type { InspectResult } from '../../workflow/index.node.js';
import { baseArgument, baseOptions } from '../base-options.js';
import { defineVerb, type VerbInput } from '../verb.js';
import { inspectText } from './inspect-text.js';

/** `regraft inspect MODEL` */
export const inspect = defineVerb<InspectResult>({
  syntax: 'inspect <model>',
  summary: 'Show the layers of a model, its cost, and what each recipe would train.',
  example: 'regraft inspect npm:nsfwjs@4.3.0/dist/models/mobilenet_v2 --classes 9',
  options: [
    { flags: '--classes <n>', description: 'classes of the new head; default: as many as the model has outputs' },
    { flags: '--size <HxW>', description: 'height and width of images, where the model leaves them open' },
    { flags: '--input <name=dims...>', description: 'all dimensions of an input, such as input_ids=1x128' },
    { flags: '--values', description: 'list every value of the graph with its shape' },
    ...baseOptions,
  ],
  run: async (input, context) => {
    const { inspect: describe } = await import('../../workflow/index.node.js');
    const [classes, size] = [input.count('classes'), sizeOption(input)];
    const request = { model: baseArgument(input), inputs: inputOptions(input), values: input.flag('values') };
    return describe({ ...request, ...(classes === undefined ? {} : { classes }), ...(size === undefined ? {} : { size }) }, context);
  },
  format: inspectText,
});

function sizeOption(input: VerbInput): readonly [number, number] | undefined {
  const text = input.option('size');
  if (text === undefined) return undefined;
  const [height, width, ...more] = dimsOf(text, '--size');
  if (height === undefined || width === undefined || more.length > 0)
    fail('CLI_USAGE', { reason: `--size takes two numbers, such as 224x224, not "${text}"` });
  return [height, width];
}

function inputOptions(input: VerbInput): Record<string, readonly number[]> {
  return Object.fromEntries(
    input.list('input').map((text) => {
      const at = text.lastIndexOf('=');
      if (at < 1) fail('CLI_USAGE', { reason: `--input takes name=dims, such as input_ids=1x128, not "${text}"` });
      return [text.slice(0, at), dimsOf(text.slice(at + 1), '--input')];
    }),
  );
}

function dimsOf(text: string, option: string): number[] {
  const parts = text.split(/[x×,]/);
  if (!parts.every((part) => /^[1-9]\d*$/.test(part)))
    fail('CLI_USAGE', { reason: `${option} takes whole numbers with an x between them, not "${text}"` });
  return parts.map(Number);
}
