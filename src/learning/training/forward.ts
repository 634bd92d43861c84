import { batchNormInTraining, type Statistic } from '../../bases/surgery/index.js';
import { RegraftError } from '../../core/index.js';
import {
  type Graph,
  hoistSelections,
  inferTypes,
  type Model,
  type Node,
  rewrite,
  rewriteRules,
  specialise,
  type TensorType,
} from '../../engine/graph/index.js';
import { type DropoutMask, maskDropout, reachedFrom, rearranged } from './dropout.js';
import { type Partition, partition } from './partition.js';
import { type BranchDropout, dropBranches } from './regularisers/stochastic-depth.js';

export interface ForwardSpec {
  readonly model: Model;
  /** Shape of one sample by data input, without the batch axis. */
  readonly sampleDims: Readonly<Record<string, readonly number[]>>;
  /** Samples in a batch. */
  readonly rows: number;
  /** Names of the parameters that training changes. */
  readonly trainable: ReadonlySet<string>;
  /** `train`: dropout is on and, if asked for, batch statistics are used; `predict`: neither. */
  readonly mode: 'train' | 'predict';
  /** Whether trainable BatchNormalizations use, and move, their statistics. */
  readonly batchNorm: 'eval' | 'train';
  /** Parameters of a new head, whose BatchNormalizations do that in any case. */
  readonly fresh?: ReadonlySet<string>;
  /** Rate at which the last residual branch is left out in training, 0 to 1; default: 0. */
  readonly stochasticDepth?: number;
}

/** The forward pass for one batch shape, cut at the first trainable parameter. */
export interface Forward extends Partition {
  readonly opset: number;
  readonly rows: number;
  /** Static types of all values. */
  readonly types: ReadonlyMap<string, TensorType>;
  readonly masks: readonly DropoutMask[];
  readonly statistics: readonly Statistic[];
}

/** Specialises a model's graph for training or prediction at one batch shape. */
export function prepareForward({ model, sampleDims, rows, trainable, mode, batchNorm, fresh, stochasticDepth = 0 }: ForwardSpec): Forward {
  const inputs = withRows(sampleDims, rows);
  const opset = model.opsets.get('') as number;
  const training = mode === 'train';
  const dropped = training ? activateDropout(model.graph, opset, inputs, trainable) : { graph: model.graph, masks: [] };
  const masked = training && stochasticDepth > 0 ? withDepthMasks(dropped, opset, inputs, { trainable, rows, rate: stochasticDepth }) : dropped;
  const shapes = { ...inputs, ...Object.fromEntries(masked.masks.map(({ name, dims }) => [name, dims])) };
  const specialised = specialise(masked.graph, opset, shapes);
  const isMoved = (name: string): boolean => trainable.has(name) && (batchNorm === 'train' || fresh?.has(name) === true);
  const moves = (node: Node): boolean => node.inputs.slice(1, 3).some(isMoved);
  const normalised = training ? batchNormInTraining(specialised, moves) : { graph: specialised, statistics: [] };
  // Only now: a BatchNormalization that keeps its statistics becomes part of the convolution before it.
  const { types: known } = inferTypes(normalised.graph, opset, shapes);
  const fused = rewrite(normalised.graph, known, opset, rewriteRules(opset));
  const { graph, types } = hoistSelections(fused.graph, fused.types);
  const masks = new Set(masked.masks.map(({ name }) => name));
  const changing = new Set([...trainable, ...masks, ...normalised.statistics.map(({ name }) => name)]);
  const isBySample = bySample(types, rows, () => inferTypes(model.graph, opset, withRows(sampleDims, rows + 1)).types);
  return { ...partition(graph, types, changing, isBySample), opset, rows, types, masks: masked.masks, statistics: normalised.statistics };
}

function withRows(sampleDims: ForwardSpec['sampleDims'], rows: number): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(sampleDims).map(([name, dims]) => [name, [rows, ...dims]]));
}

/**
 * Whether a value's first axis is that of the samples. Where another axis is as long as a batch (sixteen tokens in a batch of sixteen), only a
 * batch of another size can tell; a base that takes no other leaves it open, and then it counts as not.
 */
function bySample(types: Forward['types'], rows: number, atMoreRows: () => Forward['types']): (name: string) => boolean {
  let others: Forward['types'] | undefined;
  const moreRows = (name: string): boolean => {
    try {
      others ??= atMoreRows();
    } catch (error) {
      if (!(error instanceof RegraftError)) throw error;
      others = new Map();
    }
    return others.get(name)?.dims[0] === rows + 1;
  };
  return (name) => {
    const dims = types.get(name)?.dims ?? [];
    return dims[0] === rows && (!dims.includes(rows, 1) || moreRows(name));
  };
}

type Dims = Readonly<Record<string, readonly number[]>>;

/** A graph with inputs that take masks. */
interface Masked {
  readonly graph: Graph;
  readonly masks: readonly DropoutMask[];
}

function withDepthMasks({ graph, masks }: Masked, opset: number, inputs: Dims, branches: Omit<BranchDropout, 'types'>): Masked {
  const { types } = inferTypes(graph, opset, { ...inputs, ...Object.fromEntries(masks.map(({ name, dims }) => [name, dims])) });
  const dropped = dropBranches(graph, { ...branches, types });
  return { graph: dropped.graph, masks: [...masks, ...dropped.masks] };
}

function activateDropout(graph: Graph, opset: number, inputs: Dims, trainable: ReadonlySet<string>): Masked {
  if (!graph.nodes.some((node) => node.op === 'Dropout')) return { graph, masks: [] };
  const reached = reachedFrom(graph, trainable);
  const { types } = inferTypes(graph, opset, inputs);
  // A dropout right before the first trainable layer belongs to that layer: its own input does not depend on a parameter yet.
  const weights = rearranged(graph, trainable);
  const feedsTrainable = (node: Node): boolean =>
    graph.nodes.some((reader) => reader.inputs.includes(node.outputs[0] ?? '') && reader.inputs.some((name) => weights.has(name)));
  return maskDropout(graph, types, (node) => reached.has(node.outputs[0] ?? '') || feedsTrainable(node));
}
