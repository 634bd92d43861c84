import { fail } from '../../../core/index.js';
import type { Predicted, PredictResult } from '../../workflow/index.node.js';
import { percent } from '../table.js';
import { defineVerb } from '../verb.js';

/** `regraft predict BUNDLE INPUT…` */
export const predict = defineVerb<PredictResult>({
  syntax: 'predict <bundle> [inputs...]',
  summary: 'Predict image files, folders of images, tables of them, texts, or tensor files.',
  example: 'regraft predict runs/first/bundle cat.jpg ./more --top 3',
  options: [
    { flags: '--top <k>', description: 'classes to name for each input', fallback: '5' },
    { flags: '--text <text...>', description: 'texts to predict, as they stand' },
  ],
  run: async (input, context) => {
    const { predict: run } = await import('../../workflow/index.node.js');
    const [inputs, texts] = [input.rest(1), input.list('text')];
    if (inputs.length + texts.length === 0) fail('CLI_USAGE', { reason: 'nothing to predict: name files or folders, or give --text' });
    return run({ bundle: input.argument(0, 'bundle'), inputs, texts, top: input.count('top') ?? 1 }, context);
  },
  format: (result) => [...result.predictions.map(line), summary(result)].join('\n'),
  isDone: ({ predictions, skipped }) => predictions.length > 0 || skipped.length === 0,
});

function line(predicted: Predicted): string {
  if ('values' in predicted) {
    const values = Object.entries(predicted.values).map(([name, value]) => `${name} ${Number(value.toPrecision(6))}`);
    return `${predicted.input}  ${values.join('  ')}`;
  }
  if ('text' in predicted) return `${predicted.input}  ${predicted.text}`;
  if ('answer' in predicted) return `${predicted.input}  ${predicted.answer || 'no answer'} ${percent(predicted.probability)}`;
  if ('masks' in predicted) return `${predicted.input}  ${predicted.masks.map(({ top }) => top.map(share).join(', ')).join(' | ')}`;
  if ('entities' in predicted)
    return `${predicted.input}  ${predicted.entities.map(({ text, label }) => `${text} (${label})`).join(', ') || 'nothing'}`;
  if ('labels' in predicted) return `${predicted.input}  ${predicted.labels.join(', ') || 'no label'}`;
  const { input, label, probability, top } = predicted;
  const others = top.filter((other) => other.label !== label).map((other) => `${other.label} ${percent(other.probability)}`);
  return `${input}  ${label} ${percent(probability)}${others.length > 0 ? `  (${others.join(', ')})` : ''}`;
}

function share({ label, probability }: { readonly label: string; readonly probability: number }): string {
  return `${label} ${percent(probability)}`;
}

function summary({ predictions, skipped, seconds }: PredictResult): string {
  const left = skipped.length > 0 ? `, ${skipped.length} could not be read` : '';
  return `${predictions.length} predicted${left}, ${seconds.toFixed(1)} s`;
}
