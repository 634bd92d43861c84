import type { Tensor } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { lossesOfSteps } from './steps.js';

/** Steps that PyTorch took in double precision, as bench/oracles/torch_steps.py takes them, and the model to take them with. */
interface Lesson {
  /** Scores of classes `[N, classes]`. */
  readonly model: Model;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly labels: readonly number[];
  readonly rate: number;
  /** Before each step. */
  readonly losses: readonly number[];
  /** What is trained, by name; every weight where it is left out. */
  readonly trained?: readonly string[];
}

/** The largest difference of a loss from PyTorch's, as a share of the effect that training has on it. */
export async function lossDifference({ model, inputs, labels, rate, losses, trained }: Lesson): Promise<number> {
  const found = await lossesOfSteps({
    model,
    inputs,
    labels,
    classes: classesOf(model),
    count: losses.length,
    ...(trained && { trained }),
    optimizer: { name: 'adamw', lr: rate, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01 },
  });
  const [first = Number.NaN] = losses;
  const effect = Math.max(...losses.map((loss) => Math.abs(loss - first)));
  return Math.max(...losses.map((loss, i) => Math.abs(loss - (found[i] ?? Number.NaN)))) / effect;
}

function classesOf({ graph }: Model): number {
  const type = graph.outputs[0]?.type;
  return type?.kind === 'tensor' ? Number(type.dims?.at(-1)) : Number.NaN;
}
