import { fail, RegraftError } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { SampleDims } from '../data/index.js';
import { prepareForward } from './forward.js';
import { isProbe, type Phase, type ProbePhase } from './phase.js';

/** A beginning of the training at a smaller size of the images. */
export interface SmallerPart {
  /** Share of the length, in (0, 1). */
  readonly share: number;
  /** Shorter side of the images, in pixels. */
  readonly size: number;
}

/**
 * The phases with the last one that augments in parts, which begin with smaller images and end with those of full size (Howard & Gugger, arXiv 2002.04688).
 * The schedule of the learning rate runs on through all parts; the optimiser's state begins anew with each.
 */
export function progressively(phases: readonly (Phase | ProbePhase)[], parts: readonly SmallerPart[]): (Phase | ProbePhase)[] {
  const last = phases.findLastIndex((phase) => !isProbe(phase) && phase.augment && phase.objective === undefined);
  return phases.flatMap((phase, index) => (index === last && !isProbe(phase) ? divided(phase, parts) : [phase]));
}

function divided(phase: Phase, parts: readonly SmallerPart[]): Phase[] {
  const total = 'epochs' in phase.length ? phase.length.epochs : phase.length.steps;
  const ends = parts.map((_, i) => Math.round(total * parts.slice(0, i + 1).reduce((sum, { share }) => sum + share, 0)));
  const pieces = [...ends, total].map((end, i) => {
    const from = ends[i - 1] ?? 0;
    const length = 'epochs' in phase.length ? { epochs: end - from } : { steps: end - from };
    const { size } = parts[i] ?? {};
    const name = size === undefined ? phase.name : `${phase.name} at ${size}`;
    return { ...phase, name, length, count: end - from, within: { from: from / total, to: end / total }, ...(size !== undefined && { size }) };
  });
  return pieces.filter(({ count }) => count > 0).map(({ count: _, ...piece }) => piece);
}

/**
 * Whether a model takes samples of another size.
 * @throws PROGRESSIVE_SIZE
 */
export function checkSize(model: Model, dims: SampleDims, size: number): void {
  try {
    prepareForward({ model: ofAnySize(model), sampleDims: dims, rows: 1, trainable: new Set(), mode: 'predict', batchNorm: 'eval' });
  } catch (error) {
    if (!(error instanceof RegraftError)) throw error;
    fail('PROGRESSIVE_SIZE', { size, reason: error.message }, error);
  }
}

/** The same model with inputs of any shape: files often state one, although the network takes others. */
export function ofAnySize(model: Model): Model {
  const inputs = model.graph.inputs.map(({ name, type }) => ({
    name,
    type: type.kind === 'tensor' && type.dims && !model.graph.initializers.has(name) ? { ...type, dims: type.dims.map(() => null) } : type,
  }));
  return { ...model, graph: { ...model.graph, inputs } };
}
