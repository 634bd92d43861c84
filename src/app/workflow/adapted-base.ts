import type { Model, ValueInfo } from '../../engine/graph/index.js';
import type { LearnerSpec } from '../../learning/training/index.node.js';

/** A base with the head that a task wants. */
export interface AdaptedBase {
  readonly model: Model;
  readonly head: readonly string[];
  readonly features: string | undefined;
  /** Outputs of the exported model. */
  readonly outputs: readonly ValueInfo[];
  /** A second head that training looks at. */
  readonly auxiliary?: LearnerSpec['auxiliary'];
}
