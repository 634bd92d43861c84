import type { GradcheckResult, GradientComparison } from '../../workflow/index.node.js';
import { baseArgument, baseOptions } from '../base-options.js';
import { table } from '../table.js';
import { defineVerb } from '../verb.js';

/** Gradients listed in a comparison. */
const WORST = 10;

const LOSSES = ['cross-entropy', 'mse', 'bce'] as const;

/** `regraft gradcheck MODEL --data F --out G` */
export const gradcheck = defineVerb<GradcheckResult>({
  syntax: 'gradcheck <model>',
  summary: 'Write the loss and the gradient of every parameter for one batch.',
  example: 'regraft gradcheck model.onnx --data batch.safetensors --out gradients.safetensors',
  options: [
    { flags: '--data <file>', description: 'required: .safetensors with the inputs of the model and labels' },
    { flags: '--out <file>', description: 'required: where loss and gradients are written, as .safetensors' },
    { flags: '--loss <name>', description: `${LOSSES.join(', ')}; default: cross-entropy for whole-number labels, mse for others` },
    { flags: '--batch-size <n>', description: 'only the first n samples; default: all, as one batch' },
    { flags: '--compare <file>', description: 'gradients of another program, as .safetensors; the largest differences are shown' },
    ...baseOptions,
  ],
  run: async (input, context) => {
    const [loss, batchSize, compare] = [input.choice('loss', LOSSES), input.count('batchSize'), input.option('compare')];
    const { gradcheck: check } = await import('../../workflow/index.node.js');
    const request = { model: baseArgument(input), data: input.required('data'), out: input.required('out') };
    const chosen = { ...(loss === undefined ? {} : { loss }), ...(batchSize === undefined ? {} : { batchSize }) };
    return check({ ...request, ...chosen, ...(compare === undefined ? {} : { compare }) }, context);
  },
  format: ({ out, loss, lossName, samples, gradients, comparison }) =>
    [
      `${lossName} loss ${loss} over ${samples} samples`,
      `Wrote ${out}: the gradients of ${gradients.length} parameters`,
      ...(comparison === undefined ? [] : ['', ...comparisonLines(comparison)]),
    ].join('\n'),
});

function comparisonLines({ file, loss, differences, unmatched }: GradientComparison): string[] {
  const rows = differences.slice(0, WORST).map(({ name, difference }) => [name, difference.toExponential(2)]);
  return [
    `Differences from ${file}, relative to its values`,
    ...(loss === undefined ? [] : [`  loss: ${loss.toExponential(2)}`]),
    ...table(['gradient', 'difference'], rows),
    ...(differences.length > WORST ? [`  … ${differences.length - WORST} smaller ones`] : []),
    ...(unmatched.length > 0 ? [`  only on one side, or of another shape: ${unmatched.join(', ')}`] : []),
  ];
}
