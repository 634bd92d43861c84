import type { DemoOutcome } from '../../workflow/index.node.js';
import { defineVerb, offlineOption } from '../verb.js';

/** `regraft demo` */
export const demo = defineVerb<DemoOutcome>({
  syntax: 'demo',
  summary: 'Reuse MobileNetV2 for emoji beside its baselines, and write a report.',
  example: 'regraft demo --out runs/demo',
  options: [
    { flags: '--out <folder>', description: 'folder for report.html, summary.json and the bundle', fallback: 'runs/demo' },
    { flags: '--seeds <count>', description: 'how many seeds to run', fallback: '2' },
    offlineOption,
  ],
  run: async (input, context) => {
    const { demo: show } = await import('../../workflow/index.node.js');
    return show({ out: input.required('out'), seeds: input.count('seeds') ?? 2 }, context);
  },
  format: ({ report, bundle, verdict, summary: { prediction, seconds } }) =>
    [
      '',
      verdict.headline,
      ...verdict.points.map((point) => `  ${point}`),
      '',
      `From the bundle, by plain ONNX Runtime without Regraft: ${prediction.image} (${prediction.truth}) is ${prediction.label}, ${(100 * prediction.probability).toFixed(0)}% sure.`,
      `Report: ${report}`,
      `Bundle: ${bundle}`,
      `${seconds.toFixed(0)} s in all`,
    ].join('\n'),
});
