import type { OptionRow, VerbInput } from './verb.js';
import { offlineOption } from './verb.js';

/** What a file may leave open, for every verb that takes a base as its argument. */
export const baseOptions: readonly OptionRow[] = [
  { flags: '--architecture <name>', description: 'architecture of bare weights: a Keras application, or a configuration file beside them' },
  { flags: '--signature <name>', description: 'which signature of a SavedModel to take, or which outputs of a TensorFlow graph' },
  offlineOption,
];

/** The base that the first argument and the options name. */
export function baseArgument(input: VerbInput): { readonly uri: string; readonly architecture?: string; readonly signature?: string } {
  const [architecture, signature] = [input.option('architecture'), input.option('signature')];
  return { uri: input.argument(0, 'model'), ...(architecture !== undefined && { architecture }), ...(signature !== undefined && { signature }) };
}
