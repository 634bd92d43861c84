import { adaptModel, freeBatch, prepareModel } from '../../src/bases/surgery/index.js';
import { fromNumbers, isFloat, RegraftError, type Tensor } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { descent, lossesOfSteps } from './steps.js';

/**
 * The losses of three steps on every weight, each as long as one thousandth in the direction of the gradient, whatever its size: on one batch of two samples
 * (or as many as the model takes), with a new head of two classes.
 */
export async function lossesOfThreeSteps(imported: Model, inputs: Readonly<Record<string, Tensor>>): Promise<number[]> {
  const { model: base, freed } = freeBatch(prepareModel(imported));
  const rows = freed ? 2 : 1;
  const sampleDims = Object.fromEntries(Object.entries(inputs).map(([name, { dims }]) => [name, dims.slice(1)]));
  const { model, headParameters } = withHead(base, sampleDims);
  return lossesOfSteps({
    model,
    head: headParameters,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, repeated(tensor, rows)])),
    labels: Array.from({ length: rows }, (_, i) => i),
    classes: 2,
    clip: 1,
    count: 3,
    optimizer: descent(0.001),
  });
}

/**
 * A head on the layer before the last; where no layer is the last, or what it gives has no fixed shape, on the last
 * convolution or, without one, on the output.
 */
function withHead(model: Model, sampleDims: Readonly<Record<string, readonly number[]>>): ReturnType<typeof adaptModel> {
  const spec = { sampleDims, head: { hidden: [], dropout: 0 }, outputs: 2, seed: 0 };
  try {
    return adaptModel(model, spec);
  } catch (error) {
    if (!(error instanceof RegraftError) || !['HEAD_NOT_FOUND', 'TAP_RANK', 'SHAPE_DYNAMIC'].includes(error.code)) throw error;
    return adaptModel(model, {
      ...spec,
      taps: [(model.graph.nodes.findLast(({ op }) => op === 'Conv')?.outputs[0] ?? model.graph.outputs[0]?.name) as string],
    });
  }
}

/** The first sample, then a changed one: fractions are squared, whole numbers are turned round. */
function repeated({ type, dims, data }: Tensor, rows: number): Tensor {
  const first = Array.from(data as ArrayLike<number | bigint>, Number).slice(0, data.length / (dims[0] ?? 1));
  const other = isFloat(type) ? first.map((value) => value * value) : first.toReversed();
  return fromNumbers(type, [rows, ...dims.slice(1)], rows === 1 ? first : [...first, ...other]);
}
