import { fail } from '../../../core/index.js';
import type { TrainResult } from '../../workflow/index.node.js';
import { defineVerb, offlineOption } from '../verb.js';

/** `regraft train SPEC --out RUN`, `regraft train --resume RUN` */
export const train = defineVerb<TrainResult>({
  syntax: 'train [spec]',
  summary: 'Fine-tune a base model as a spec file says, or go on with a run that was stopped.',
  example: 'regraft train photos.yaml --out runs/first --set training.epochs=3',
  options: [
    { flags: '--out <folder>', description: 'the run folder to write' },
    { flags: '--resume <run>', description: 'go on with this run from its last checkpoint' },
    { flags: '--set <key=value...>', description: 'override a value of the spec' },
    offlineOption,
  ],
  run: async (input, context) => {
    const run = input.option('resume');
    const workflow = await import('../../workflow/index.node.js');
    if (run !== undefined) {
      if (input.optionalArgument(0) !== undefined || input.option('out') !== undefined || input.list('set').length > 0) {
        fail('CLI_USAGE', { reason: '--resume goes on as the run began; it takes neither a spec, nor --out, nor --set' });
      }
      return workflow.resume(run, context);
    }
    const { loadSpec } = await import('../../spec/index.node.js');
    return workflow.train({ spec: await loadSpec(input.argument(0, 'spec'), input.list('set')), out: input.required('out') }, context);
  },
  format: (result) => `${summary(result)}\n${metricLines(result).join('\n')}`,
  // A run that was stopped on purpose is whole and can go on, but it is not done.
  isDone: ({ done }) => done,
});

function summary({ run, done, steps, seconds, skipped, bundle }: TrainResult): string {
  const left = skipped > 0 ? `, ${skipped} samples left out` : '';
  const time = `${steps} steps in ${seconds.toFixed(1)} s${left}`;
  return done ? `Trained ${run}: ${time}.\nBundle: ${bundle}` : `Stopped ${run} after ${time}.\nGo on with: regraft train --resume ${run}`;
}

function metricLines({ metrics, baselines }: TrainResult): string[] {
  return [...linesOf(metrics, ''), ...baselines.flatMap(({ name, metrics: reached }) => linesOf(reached, ` of ${name}`))];
}

/** @param whose what the metrics are of, if not of the run */
function linesOf(metrics: TrainResult['metrics'], whose: string): string[] {
  return Object.entries(metrics).flatMap(([split, values]) =>
    Object.entries(values).map(([name, { value, interval }]) => {
      const [low, high] = interval.map((end) => end.toFixed(4));
      return `${split} ${name}${whose}: ${value.toFixed(4)}  (95% ${low} – ${high})`;
    }),
  );
}
