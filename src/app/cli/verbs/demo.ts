import type { DemoOutcome } from '../../workflow/index.node.js';
import { table } from '../table.js';
import { defineVerb } from '../verb.js';

/** `regraft demo` */
export const demo = defineVerb<DemoOutcome>({
  syntax: 'demo',
  summary: 'Reuse MobileNetV2 for emoji beside its baselines, and write a report.',
  example: 'regraft demo --out demo',
  options: [
    { flags: '--out <folder>', description: 'folder for report.html, summary.json and the bundle', fallback: 'demo' },
    { flags: '--seeds <count>', description: 'how many seeds to run', fallback: '2' },
  ],
  run: async (input, context) => {
    const { demo: show } = await import('../../workflow/index.node.js');
    return show({ out: input.required('out'), seeds: input.count('seeds') ?? 2 }, context);
  },
  format: ({ report, bundle, headline, results, prediction, seconds }) => {
    const rows = results.map(({ method, seed, accuracy, interval: [low, high], shifted, seconds: took }) => [
      method,
      String(seed),
      accuracy.toFixed(3),
      `${low.toFixed(3)} – ${high.toFixed(3)}`,
      shifted.accuracy.toFixed(3),
      took.toFixed(1),
    ]);
    const { label, probability, truth } = prediction;
    return [
      ...table(['method', 'seed', 'accuracy', '95% interval', 'other vendor', 'seconds'], rows),
      '',
      headline,
      `Plain ONNX Runtime takes a held-out image of ${truth} for ${label} (${(100 * probability).toFixed(0)}%).`,
      `Bundle: ${bundle}`,
      `Report: ${report}  (${seconds.toFixed(0)} s)`,
    ].join('\n');
  },
});
