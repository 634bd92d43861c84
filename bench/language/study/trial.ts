import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SpecInput } from '../../../src/app/spec/index.js';
import { spec as specs, surgery, training, workflow } from '../../study/product.js';
import { type Outcome, timed } from '../../study/trial.js';
import type { Sides } from '../rows.js';

/** Data of a trial as the files a user would bring. */
export interface TrialFiles {
  readonly train: string;
  readonly test: string;
}

export function writeSides<T>(folder: string, sides: Sides<T>, extension: string, toText: (row: T) => string): TrialFiles {
  const write = (name: string, rows: readonly T[]): string => {
    const path = join(folder, `${name}.${extension}`);
    writeFileSync(path, rows.map(toText).join(''));
    return path;
  };
  return { train: write('train', sides.train), test: write('test', sides.test) };
}

/** What is tagged, and the metric that says how well. */
interface Tagged {
  readonly labels: readonly string[];
  readonly metric: string;
}

/** Trains what a spec says, and measures the bundle on the test file. */
export async function trainAndMeasure(spec: Omit<SpecInput, 'data'>, files: TrialFiles, folder: string, tagged?: Tagged): Promise<Outcome> {
  const whole = { ...spec, data: { train: files.train, ...(tagged && { labels: [...tagged.labels] }) } } as SpecInput;
  const parameters = await trainedParameters(whole, folder);
  const { seconds, result } = await timed(() => workflow.train({ spec: whole, out: join(folder, 'run') }));
  const { metrics, samples } = await workflow.evaluate({ target: result.bundle as string, data: files.test });
  return { score: metrics[tagged?.metric ?? 'accuracy']?.value as number, tested: samples, seconds, parameters };
}

const counted = new Map<string, number>();

/** Numbers that any phase of a run changes; the same for all draws. */
export async function trainedParameters(spec: SpecInput, folder: string): Promise<number> {
  const key = JSON.stringify([spec.task, spec.base, spec.recipe, spec.taps, spec.data.labels]);
  const count = counted.get(key) ?? (await countParameters(spec, folder));
  counted.set(key, count);
  return count;
}

async function countParameters(spec: SpecInput, folder: string): Promise<number> {
  const { learner, phases, head, close } = await workflow.openSession(specs.resolveSpec(spec, { specDir: folder }), join(folder, 'scratch'));
  try {
    const sizes = new Map(surgery.findParameters(learner.model.graph).map(({ name, size }) => [name, size]));
    const names = phases.flatMap((phase) =>
      training.isProbe(phase) ? head : training.planTraining(learner.model, phase).trainable.map(({ name }) => name),
    );
    return [...new Set(names)].reduce((sum, name) => sum + (sizes.get(name) as number), 0);
  } finally {
    await close();
  }
}
