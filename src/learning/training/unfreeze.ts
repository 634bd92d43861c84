import { findParameters, parameterBlocks } from '../../bases/surgery/index.js';
import type { Model } from '../../engine/graph/index.js';
import { planTraining } from './groups.js';
import type { Phase } from './phase.js';

/**
 * The phases that a gradual one stands for: first the head and the last block of the base are trained, then one block more from phase to phase.
 * Each takes an epoch and the last one what is left; a length in steps is divided evenly. Where there are more blocks than that, the last phase
 * takes all that remain. Blocks that stay frozen throughout do not count. Any other phase stands for itself.
 * Source: Howard & Ruder, arXiv 1801.06146, section 3.3.
 * @throws FREEZE_NO_MATCH, GROUP_NO_MATCH, TRAIN_NOTHING
 */
export function unfolded(phase: Phase, model: Model): Phase[] {
  const { gradual, average, ...plain } = phase;
  if (gradual === undefined) return [phase];
  const blocks = trainedBlocks(plain, model, gradual.head);
  const lengths = divided(phase.length, blocks.length);
  return lengths.map((length, index) => {
    const isLast = index === lengths.length - 1;
    const open = isLast ? blocks.length : index + 1;
    const held = blocks.slice(0, blocks.length - open).flat();
    return {
      ...plain,
      ...(isLast && average && { average }),
      name: `${phase.name} ${index + 1}/${lengths.length}`,
      length,
      ...(held.length > 0 && { held }),
    };
  });
}

/** Names of the parameters of each block of the base that the phase trains some of, from the input to the output. */
function trainedBlocks(phase: Phase, model: Model, head: readonly string[]): string[][] {
  const trained = new Set(planTraining(model, phase).trainable.map(({ name }) => name));
  const base = findParameters(model.graph).filter(({ name }) => !head.includes(name));
  const blocks = parameterBlocks(model.graph, base).map((block) => block.map(({ name }) => name));
  return blocks.filter((block) => block.some((name) => trained.has(name)));
}

function divided(length: Phase['length'], blocks: number): Phase['length'][] {
  const [total, sized] = 'epochs' in length ? [length.epochs, asEpochs] : [length.steps, asSteps];
  const count = Math.max(1, Math.min(blocks, total));
  const each = 'epochs' in length ? 1 : Math.floor(total / count);
  return Array.from({ length: count }, (_, index) => sized(index === count - 1 ? total - each * (count - 1) : each));
}

const asEpochs = (epochs: number): Phase['length'] => ({ epochs });
const asSteps = (steps: number): Phase['length'] => ({ steps });
