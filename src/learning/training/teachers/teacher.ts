import type { Graph, Model } from '../../../engine/graph/index.js';
import type { ModelInputs } from '../../data/index.js';
import type { ComparisonSpec } from './comparisons.js';

/** A model that does not change, whose values for a sample the trained model shall come close to. */
export interface Teacher {
  readonly name: 'features' | 'oldHead' | 'distil';
  /** Its outputs are what it says. */
  readonly model: Model;
  /** How it reads samples, where that is not how the trained model does. */
  readonly inputs?: ModelInputs;
  /** Values of the trained model, one for each output of the teacher. */
  readonly values: readonly string[];
  /** What computes these values, where the trained model does not by itself. */
  readonly graft?: Pick<Graph, 'nodes' | 'initializers'>;
  readonly comparison: ComparisonSpec;
  /** Of the distance in the loss. */
  readonly weight: number;
  /** Factor on the loss of the task. */
  readonly taskWeight: number;
}
