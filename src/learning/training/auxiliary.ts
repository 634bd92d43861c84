import type { GraphBuilder, Value } from '../../engine/graph/index.js';
import type { Loss, LossInputs } from '../tasks/index.js';

/** A second head on an earlier map, which training looks at, too, so that gradients reach the middle of a deep backbone; what is exported has none. */
export interface Auxiliary {
  /** Name of its output, of the shape of the first one. */
  readonly output: string;
  /** What its loss counts; 0.4 in PSPNet (Zhao et al., arXiv 1612.01105) and DeepLabV3's published trainings. */
  readonly weight: number;
}

/** The loss of the output, and that of the second head where there is one. */
export function withAuxiliary(b: GraphBuilder, loss: Loss, auxiliary: Auxiliary | undefined, inputs: LossInputs): Value {
  const main = loss.build(b, inputs);
  if (auxiliary === undefined) return main;
  return b.add(main, b.mul(loss.build(b, { ...inputs, output: b.value(auxiliary.output) }), auxiliary.weight));
}
