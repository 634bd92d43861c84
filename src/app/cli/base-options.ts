import type { OptionRow, VerbInput } from './verb.js';
import { offlineOption } from './verb.js';

/** What a file may leave open, for every verb that takes a base as its argument. */
export const baseOptions: readonly OptionRow[] = [
  {
    flags: '--architecture <name>',
    description:
      'what bare weights belong to: a network of torchvision, a Keras application or a configuration beside them; of a Hugging Face model the class to build',
  },
  { flags: '--signature <name>', description: 'which signature of a SavedModel to take, or which outputs of a TensorFlow graph' },
  offlineOption,
];

/** The base that the first argument and the options name. */
export function baseArgument(input: VerbInput): { readonly uri: string; readonly architecture?: string; readonly signature?: string } {
  const [architecture, signature] = [input.option('architecture'), input.option('signature')];
  return { uri: input.argument(0, 'model'), ...(architecture !== undefined && { architecture }), ...(signature !== undefined && { signature }) };
}
