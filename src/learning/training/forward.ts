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
import { type DropoutMask, maskDropout } from './dropout.js';
import { type Partition, partition } from './partition.js';

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
export function prepareForward({ model, sampleDims, rows, trainable, mode, batchNorm, fresh }: ForwardSpec): Forward {
  const inputs = withRows(sampleDims, rows);
  const opset = model.opsets.get('') as number;
  const training = mode === 'train';
  const masked = training ? activateDropout(model.graph, opset, inputs, trainable) : { graph: model.graph, masks: [] };
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

function activateDropout(
  graph: Graph,
  opset: number,
  inputs: Readonly<Record<string, readonly number[]>>,
  trainable: ReadonlySet<string>,
): { graph: Graph; masks: DropoutMask[] } {
  if (!graph.nodes.some((node) => node.op === 'Dropout')) return { graph, masks: [] };
  const reached = new Set(trainable);
  for (const node of graph.nodes) if (node.inputs.some((name) => reached.has(name))) for (const output of node.outputs) reached.add(output);
  const { types } = inferTypes(graph, opset, inputs);
  // A dropout right before the first trainable layer belongs to that layer: its own input does not depend on a parameter yet.
  const feedsTrainable = (node: Node): boolean =>
    graph.nodes.some((reader) => reader.inputs.includes(node.outputs[0] ?? '') && reader.inputs.some((name) => trainable.has(name)));
  return maskDropout(graph, types, (node) => reached.has(node.outputs[0] ?? '') || feedsTrainable(node));
}
