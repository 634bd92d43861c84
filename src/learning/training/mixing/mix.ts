import { fail, float32, Random, type Tensor } from '../../../core/index.js';
import type { LossSpec, Task } from '../../tasks/index.js';
import type { PlacedBatch } from '../batch-source.js';
import { cutmix, type MixInputs, mixup, weighted } from './mix-inputs.js';

/** Training on mixtures of samples. */
export interface MixSpec {
  readonly name: MixName;
  /** Shares are drawn from Beta(alpha, alpha): near 0 and 1 for small numbers, even at 1. */
  readonly alpha: number;
  /** Chance with which a batch is mixed, 0 to 1. */
  readonly chance: number;
}

/** Ways to mix, one of which is drawn for each batch. One row adds one. */
const ways = { mixup: [mixup], cutmix: [cutmix], both: [mixup, cutmix] } as const satisfies Readonly<Record<string, readonly MixInputs[]>>;

type MixName = keyof typeof ways;

/** A task whose targets are shares: of classes, `[N, C]` float32 in the place of indices. */
export function onShares(task: Task): Task {
  return task.target === 'classes' ? { ...task, targetType: 'float32', targetDims: (output) => output } : task;
}

/**
 * Each row of a batch mixed with another one of it, and its target likewise: shares `[N, C]` float32. A function of seed, epoch and position alone.
 * @param classes number of classes C
 */
export function mixBatch(
  batch: PlacedBatch,
  mix: MixSpec,
  classes: number,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): PlacedBatch {
  checkInputs(batch, mix);
  const random = new Random(seed, `mix:${epoch}:${batch.position}`);
  const target = sharesOf(batch.target, classes);
  if (random.uniform() >= mix.chance) return { ...batch, target };
  const partners = random.shuffle(Array.from({ length: batch.size }, (_, row) => row));
  const choices: readonly MixInputs[] = ways[mix.name];
  const apply = choices[random.integer(choices.length)] as MixInputs;
  const { own, inputs } = apply(batch.inputs, partners, mix.alpha, random);
  return { ...batch, inputs, target: weighted(target, partners, own) };
}

/** @throws MIX_INPUT */
function checkInputs({ inputs }: PlacedBatch, { name: mix }: MixSpec): void {
  for (const [name, { type }] of Object.entries(inputs))
    if (type !== 'float32') fail('MIX_INPUT', { mix, reason: `"${name}" is ${type}, not float32` });
}

/** 1 for the class of each row, else 0; targets that are shares already stay. */
function sharesOf(target: Tensor, classes: number): Tensor {
  if (target.type === 'float32') return target;
  const data = new Float32Array(target.data.length * classes);
  target.data.forEach((label: number | bigint, row: number) => {
    data[row * classes + Number(label)] = 1;
  });
  return float32([target.data.length, classes], data);
}

/** Losses that compare with shares. */
const SHARE_LOSSES: readonly LossSpec['name'][] = ['cross-entropy', 'bce'];

/**
 * @param isCut whether a frozen part of the model runs before what is mixed: then mixup is that of its features (Verma et al., arXiv 1806.05236), and
 *   there are no images to cut
 * @throws MIX_TASK, MIX_LOSS, MIX_INPUT
 */
export function checkMix({ name }: MixSpec, { name: task, target, content }: Task, loss: LossSpec['name'], isCut: boolean): void {
  const isClassified = target === 'classes' || target === 'labels';
  if (!isClassified || content === 'text') fail('MIX_TASK', { mix: name, task });
  if (!SHARE_LOSSES.includes(loss)) fail('MIX_LOSS', { mix: name, loss, known: SHARE_LOSSES.join(', ') });
  if (name === 'mixup') return;
  if (content !== 'image') fail('MIX_INPUT', { mix: name, reason: `the samples of ${task} are not images` });
  if (isCut) fail('MIX_INPUT', { mix: name, reason: 'the first layers are frozen and computed apart, so that what is trained reads features' });
}
