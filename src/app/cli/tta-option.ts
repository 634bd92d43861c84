import type { ViewsName } from '../../learning/data/index.js';
import type { OptionRow, VerbInput } from './verb.js';

/** For verbs that may show the model several views of an image. */
export const ttaOption: OptionRow = {
  flags: '--tta <views>',
  description: 'average the answers to several views of each image: flip (2), five-crop (5) or ten-crop (10)',
};

/** @throws CLI_USAGE where there are no such views */
export async function chosenViews(input: VerbInput): Promise<{ readonly tta?: ViewsName }> {
  if (input.option('tta') === undefined) return {};
  const { viewsNames } = await import('../../learning/data/index.js');
  const tta = input.choice('tta', viewsNames);
  return tta === undefined ? {} : { tta };
}
