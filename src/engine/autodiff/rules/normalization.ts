import { sizeOf } from '../../../core/index.js';
import { attribute, axisOf, elementTypeNumber, type GraphBuilder, type Value } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';
import { type AxisMap, adjointAlong, alongAxis } from './separable.js';

/** A value a channel, `[C]`, shaped to meet `[N, C, …]`. */
function perChannel(b: GraphBuilder, value: Value, rank: number): Value {
  return b.reshape(value, [value.dims[0] as number, ...Array<number>(Math.max(rank - 2, 0)).fill(1)]);
}

/** All axes of `[N, C, …]` but the channels. */
function besideChannels(x: Value): number[] {
  return x.dims.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
}

/**
 * y = scale · (x − μ)/√(σ² + ε) + bias. With running statistics these are constants; with `training_mode` they are those of
 * the batch, and x moves them.
 */
const batchNormalization: GradientRule = (c) => {
  const epsilon = attribute.float(c.node, 'epsilon', 1e-5);
  return attribute.int(c.node, 'training_mode', 0) === 1 ? byBatch(c, epsilon) : byRunningStatistics(c, epsilon);
};

function byRunningStatistics({ b, x, dy }: RuleContext, epsilon: number): readonly (Value | undefined)[] {
  const { dims } = x(0);
  const inverse = b.reciprocal(b.sqrt(b.add(x(4), epsilon)));
  const dx = b.mul(dy(0), perChannel(b, b.mul(x(1), inverse), dims.length));
  const centred = b.sub(x(0), perChannel(b, x(3), dims.length));
  const axes = besideChannels(x(0));
  // Centred before the sum: a difference of two sums loses digits where the mean is large.
  const dscale = b.mul(b.reduceSum(b.mul(dy(0), centred), axes, false), inverse);
  return [dx, dscale, b.reduceSum(dy(0), axes, false), undefined, undefined];
}

/**
 * Ioffe and Szegedy, "Batch normalization", 2015: dx = scale/σ · (dy − mean dy − x̂ · mean(dy x̂)), means over the batch. The running
 * statistics that the op returns carry no gradient.
 *
 * One more BatchNormalization, without scale and memory, gives x̂ and σ² at once; with it, and with another as the affine
 * map of x̂, this takes 0.75 of the time of reductions and element-wise ops.
 */
function byBatch({ b, x, dy }: RuleContext, epsilon: number): readonly (Value | undefined)[] {
  const { dims, type } = x(0);
  const channels = dims[1] as number;
  const [zeros, ones] = [b.full(type, [channels], 0), b.full(type, [channels], 1)];
  const axes = besideChannels(x(0));
  const dshift = b.reduceSum(dy(0), axes, false);
  // ONNX Runtime writes the new statistics over the old ones that it is given, so these must be values of nobody else.
  const forgotten = [b.mul(dshift, 0), b.mul(x(1), 0)];
  const fresh = { training_mode: 1, momentum: 0, epsilon };
  const [hat, , variance] = b.outputs('BatchNormalization', [x(0), ones, zeros, ...forgotten], fresh, 3) as [Value, Value, Value];
  const dscale = b.reduceSum(b.mul(dy(0), hat), axes, false);
  const slope = b.div(x(1), b.sqrt(b.add(variance, epsilon)));
  const share = b.mul(slope, -channels / sizeOf(dims));
  const rest = b.op('BatchNormalization', [hat, b.mul(dscale, share), b.mul(dshift, share), zeros, ones], { epsilon: 0 });
  return [b.add(b.mul(dy(0), perChannel(b, slope, dims.length)), rest), dscale, dshift, undefined, undefined];
}

interface Standardised {
  /** (x − μ)/√(σ² + ε), of x's shape. */
  readonly hat: Value;
  /** 1/√(σ² + ε), with 1 for every normalised axis. */
  readonly inverse: Value;
}

/** Normalises the axes from `axis` on. One LayerNormalization without scale is faster than Mean, Sub, Mul from its outputs. */
function standardised(b: GraphBuilder, x: Value, axis: number, epsilon: number): Standardised {
  const ones = b.full(x.type, x.dims.slice(axis), 1);
  const stash_type = elementTypeNumber(x.type === 'float64' ? 'float64' : 'float32');
  const [hat, , inverse] = b.outputs('LayerNormalization', [x, ones], { axis, epsilon, stash_type }, 3) as [Value, Value, Value];
  return { hat, inverse: b.cast(inverse, x.type) };
}

/** dx of x̂ = (x − μ)/σ over `axes`, from g = ∂L/∂x̂: (g − mean g − x̂ · mean(g x̂))/σ. */
function standardisedGradient(b: GraphBuilder, g: Value, { hat, inverse }: Standardised, axes: readonly number[]): Value {
  const pull = b.mul(hat, b.reduceMean(b.mul(g, hat), axes));
  return b.mul(b.sub(b.sub(g, b.reduceMean(g, axes)), pull), inverse);
}

function axesFrom(x: Value, axis: number): number[] {
  return [...x.dims.keys()].slice(axis);
}

/** y = scale · x̂ + bias over the last axes, scale and bias `[…]` of these. Ba, Kiros and Hinton, "Layer normalization", 2016. */
const layerNormalization: GradientRule = ({ b, node, x, inputs, dy, grads }) => {
  const axis = axisOf(node, attribute.int(node, 'axis', -1), x(0).dims.length);
  const parts = standardised(b, x(0), axis, attribute.float(node, 'epsilon', 1e-5));
  const axes = axesFrom(x(0), axis);
  const dx = standardisedGradient(b, b.mul(dy(0), x(1)), parts, axes);
  const rest = statisticsGradient(b, parts, grads, axes);
  return [rest === undefined ? dx : b.add(dx, rest), b.mul(dy(0), parts.hat), inputs[2] && dy(0)];
};

/** What comes back through the op's Mean and InvStdDev outputs: d mean = 1/n, d(1/σ) = −x̂/σ²/n. */
function statisticsGradient(
  b: GraphBuilder,
  { hat, inverse }: Standardised,
  grads: readonly (Value | undefined)[],
  axes: readonly number[],
): Value | undefined {
  const share = 1 / axes.reduce((count, axis) => count * (hat.dims[axis] as number), 1);
  const mean = grads[1] && b.expand(b.mul(b.cast(grads[1], hat.type), share), hat.dims);
  const deviation = grads[2] && b.mul(hat, b.mul(b.mul(b.cast(grads[2], hat.type), -share), b.mul(inverse, inverse)));
  return mean && deviation ? b.add(mean, deviation) : (mean ?? deviation);
}

/** y = scale · x/√(mean x² + ε) over the last axes. Zhang and Sennrich, "Root mean square layer normalization", 2019. */
const rmsNormalization: GradientRule = ({ b, node, x, dy }) => {
  const axis = axisOf(node, attribute.int(node, 'axis', -1), x(0).dims.length);
  const axes = axesFrom(x(0), axis);
  const square = b.reduceMean(b.mul(x(0), x(0)), axes);
  const inverse = b.reciprocal(b.sqrt(b.add(square, attribute.float(node, 'epsilon', 1e-5))));
  const hat = b.mul(x(0), inverse);
  const g = b.mul(dy(0), x(1));
  const dx = b.mul(b.sub(g, b.mul(hat, b.reduceMean(b.mul(g, hat), axes))), inverse);
  return [dx, b.mul(dy(0), hat)];
};

/** Each channel of each sample by itself, scale and bias `[C]`. Ulyanov et al., "Instance normalization", 2016. */
const instanceNormalization: GradientRule = (c) => groups(c, c.x(0).dims[1] as number);

/** Groups of channels of each sample, scale and bias `[C]`. Wu and He, "Group normalization", 2018. */
const groupNormalization: GradientRule = (c) => groups(c, attribute.int(c.node, 'num_groups', 1));

function groups({ b, node, x, dy }: RuleContext, count: number): readonly (Value | undefined)[] {
  const { dims } = x(0);
  const [n, channels] = dims as [number, number];
  const grouped = [n, count, sizeOf(dims.slice(1)) / count];
  const parts = standardised(b, b.reshape(x(0), grouped), 2, attribute.float(node, 'epsilon', 1e-5));
  const g = b.reshape(b.mul(dy(0), perChannel(b, x(1), dims.length)), grouped);
  const dx = b.reshape(standardisedGradient(b, g, parts, [2]), dims);
  const sum = (value: Value): Value => b.reduceSum(b.reshape(value, [n, channels, sizeOf(dims.slice(2))]), [0, 2], false);
  return [dx, sum(b.mul(b.reshape(dy(0), grouped), parts.hat)), sum(dy(0))];
}

/**
 * y = x · s^(−β) with s = bias + α/size · Σ x² over neighbouring channels: dx = dy s^(−β) − 2αβ/size · x · Σ dy x s^(−β−1), the sum
 * over the channels whose neighbour x is. Krizhevsky et al., "ImageNet classification with deep convolutional networks", 2012.
 */
const lrn: GradientRule = ({ b, node, x, dy }) => {
  const size = attribute.int(node, 'size', 1);
  const alpha = attribute.float(node, 'alpha', 1e-4);
  const beta = attribute.float(node, 'beta', 0.75);
  const neighbours = channelWindow(x(0).dims[1] as number, size);
  const sums = alongAxis(b, b.mul(x(0), x(0)), 1, neighbours);
  const s = b.add(b.mul(sums, alpha / size), attribute.float(node, 'bias', 1));
  const power = b.pow(s, -beta);
  const back = adjointAlong(b, b.div(b.mul(b.mul(dy(0), x(0)), power), s), 1, neighbours);
  return [b.sub(b.mul(dy(0), power), b.mul(b.mul(x(0), back), (2 * alpha * beta) / size))];
};

/** Channels c − ⌊(size−1)/2⌋ to c + ⌈(size−1)/2⌉ of every channel c. */
function channelWindow(channels: number, size: number): AxisMap {
  const before = Math.floor((size - 1) / 2);
  const rows = Array.from({ length: channels }, (_, channel) => {
    const all = Array.from({ length: size }, (_, k) => channel - before + k);
    return all.filter((index) => index >= 0 && index < channels).map((index) => ({ index, weight: 1 }));
  });
  return { inputs: channels, rows };
}

export const normalizationRules = {
  BatchNormalization: batchNormalization,
  GroupNormalization: groupNormalization,
  InstanceNormalization: instanceNormalization,
  LRN: lrn,
  LayerNormalization: layerNormalization,
  RMSNormalization: rmsNormalization,
} satisfies Rules;
