import { fail } from '../../../core/index.js';
import type { Predicted, PredictResult } from '../../workflow/index.node.js';
import { percent } from '../table.js';
import { chosenViews, ttaOption } from '../tta-option.js';
import { defineVerb } from '../verb.js';

/** `regraft predict BUNDLE INPUT…` */
export const predict = defineVerb<PredictResult>({
  syntax: 'predict <bundle> [inputs...]',
  summary: 'Predict image files, folders of images, tables of them, texts, or tensor files.',
  example: 'regraft predict runs/first/bundle cat.jpg ./more --top 3',
  options: [
    { flags: '--top <k>', description: 'classes, or neighbours, to name for each input', fallback: '5' },
    { flags: '--out <folder>', description: 'write masks, and images with these over them, for semantic segmentation' },
    ttaOption,
    { flags: '--index <path>', description: 'where to look for what is most like each input, of a bundle whose answers are vectors' },
    { flags: '--text <text...>', description: 'texts to predict, as they stand' },
  ],
  run: async (input, context) => {
    const { predict: run } = await import('../../workflow/index.node.js');
    const [inputs, texts] = [input.rest(1), input.list('text')];
    if (inputs.length + texts.length === 0) fail('CLI_USAGE', { reason: 'nothing to predict: name files or folders, or give --text' });
    const [index, out] = [input.option('index'), input.option('out')];
    const how = {
      ...(await chosenViews(input)),
      top: input.count('top') ?? 1,
      ...(index !== undefined && { index }),
      ...(out !== undefined && { out }),
    };
    return run({ bundle: input.argument(0, 'bundle'), inputs, texts, ...how }, context);
  },
  format: (result) => [...result.predictions.map(line), summary(result)].join('\n'),
  isDone: ({ predictions, skipped }) => predictions.length > 0 || skipped.length === 0,
});

function line(predicted: Predicted): string {
  const { input, given } = predicted;
  return `${input}${given === undefined ? '' : `  “${shortened(given)}”`}  ${answerOf(predicted)}`;
}

function answerOf(predicted: Predicted): string {
  if (predicted.neighbours) return predicted.neighbours.map(neighbourLine).join('') || 'nothing to compare with';
  if ('values' in predicted && Array.isArray(predicted.values)) return vector(predicted.values);
  if ('values' in predicted)
    return Object.entries(predicted.values)
      .map(([name, value]) => `${name} ${Number(value.toPrecision(6))}`)
      .join('  ');
  if ('answer' in predicted) return `${predicted.answer || 'no answer'} ${percent(predicted.probability)}`;
  if ('masks' in predicted) return predicted.masks.map(({ top }) => top.map(share).join(', ')).join(' | ');
  if ('text' in predicted) return predicted.text;
  if ('shares' in predicted) return `${sharesOf(predicted.shares)}${predicted.files ? `  → ${predicted.files.overlay}` : ''}`;
  if ('entities' in predicted) return predicted.entities.map(({ text, label }) => `${shortened(text)} (${label})`).join(', ') || 'nothing';
  if ('labels' in predicted)
    return predicted.labels.map((label) => share({ label, probability: predicted.probabilities[label] ?? 0 })).join(', ') || 'no label';
  const { label, probability, top } = predicted;
  const others = top.filter((other) => other.label !== label).map((other) => `${other.label} ${percent(other.probability)}`);
  return `${label} ${percent(probability)}${others.length > 0 ? `  (${others.join(', ')})` : ''}`;
}

/** The classes of an image's pixels, the largest share first. */
function sharesOf(shares: Readonly<Record<string, number>>): string {
  const found = Object.entries(shares).filter(([, value]) => value > 0);
  return found
    .toSorted(([, a], [, b]) => b - a)
    .map(([label, value]) => `${label} ${percent(value)}`)
    .join(', ');
}

function neighbourLine({ input, given, similarity }: NonNullable<Predicted['neighbours']>[number]): string {
  return `\n  ${similarity.toFixed(4)}  ${input}${given === undefined ? '' : `  “${shortened(given)}”`}`;
}

/** Characters of a text that a line shows. */
const SHOWN = 60;

/** The beginning of a text on one line. */
function shortened(text: string): string {
  const characters = [...text.replaceAll(/\s+/g, ' ').trim()];
  return characters.length <= SHOWN
    ? characters.join('')
    : `${characters
        .slice(0, SHOWN - 1)
        .join('')
        .trimEnd()}…`;
}

/** The beginning of a vector; --json gives all of it. */
function vector(values: readonly number[]): string {
  const first = values.slice(0, NUMBERS).map((value) => value.toFixed(4));
  return `[${first.join(', ')}${values.length > NUMBERS ? ', …' : ''}] of ${values.length}`;
}
const NUMBERS = 4;

function share({ label, probability }: { readonly label: string; readonly probability: number }): string {
  return `${label} ${percent(probability)}`;
}

function summary({ tta, predictions, skipped, seconds }: PredictResult): string {
  const left = skipped.length > 0 ? `, ${skipped.length} could not be read` : '';
  return `${predictions.length} predicted${left}${tta ? `, ${tta} averaged` : ''}, ${seconds.toFixed(1)} s`;
}
