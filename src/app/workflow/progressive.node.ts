import { fail } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import { type ModelInputs, rowInputs, sizedBy, type TransformStep } from '../../learning/data/index.js';
import type { Task } from '../../learning/tasks/index.js';
import { checkSize, isProbe, type Phase, type ProbePhase, progressively } from '../../learning/training/index.node.js';
import type { RunSpec } from '../spec/index.js';
import { type Base, imageInput } from './base.node.js';

/** Phases of which some see smaller images, and how these are read. */
export interface Progressive {
  readonly phases: readonly (Phase | ProbePhase)[];
  readonly inputsAt?: (size: number) => ModelInputs;
}

interface Planned {
  readonly phases: readonly (Phase | ProbePhase)[];
  readonly model: Model;
  readonly base: Base;
  readonly task: Task;
  readonly transforms: Readonly<Record<'train' | 'eval', readonly TransformStep[]>> | undefined;
}

/**
 * The phases that `training.progressive` asks for.
 * @throws PROGRESSIVE_SIZE where the task has no images, one class a pixel, or the model takes no other size
 */
export function progressivePhases({ training: { progressive }, recipe }: RunSpec, { phases, model, base, task, transforms }: Planned): Progressive {
  const [first] = progressive;
  if (first === undefined) return { phases };
  const refuse = (reason: string): never => fail('PROGRESSIVE_SIZE', { size: first.size, reason });
  if (transforms === undefined || task.target === 'masks') return refuse(`The task ${task.name} has no images with one answer each.`);
  if ('unfreeze' in recipe && recipe.unfreeze === 'gradual') return refuse('Blocks that join one after the other make phases of their own.');
  const inputsAt = (size: number): ModelInputs => {
    const factor = size / shorterSide(Object.values(imageInput(base, transforms.eval))[0] ?? []);
    const steps = { train: sizedBy(transforms.train, factor), eval: sizedBy(transforms.eval, factor) };
    return rowInputs(imageInput(base, steps.eval), steps);
  };
  for (const { size } of progressive) {
    const { dims } = inputsAt(size);
    if (shorterSide(Object.values(dims)[0] ?? []) !== size) refuse('No step of transforms has a size that could be another one.');
    checkSize(model, dims, size);
  }
  const parts = progressively(phases, progressive);
  if (!parts.some((phase) => !isProbe(phase) && phase.size !== undefined)) refuse('No phase of the recipe is long enough, or augments images.');
  return { phases: parts, inputsAt };
}

/** Of `[C, H, W]` or `[H, W, C]`. */
function shorterSide(dims: readonly number[]): number {
  const [a = 0, b = 0, c = 0] = dims;
  return a === 1 || a === 3 || a === 4 ? Math.min(b, c) : Math.min(a, b);
}
