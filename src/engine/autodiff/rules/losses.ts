import { type DataType, fromNumbers, sizeOf } from '../../../core/index.js';
import { attribute, type GraphBuilder, type Value } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';

/** What a negative log likelihood loss takes from the log probabilities of the labelled classes. */
interface Labelled {
  /** Labels [N, 1, …], 0 where they are ignored. */
  readonly labels: Value;
  /** dL/d(−log p) of each labelled class, [N, 1, …]; 0 where the label is ignored. */
  readonly slopes: Value;
}

/** loss = Σ −wₗ log pₗ, over Σ wₗ for the mean; w is 1 without weights and 0 for ignored labels. */
function labelled({ b, node, x, dy, inputs }: RuleContext): Labelled {
  const { type, dims } = x(0);
  const kept = dims.with(1, 1);
  const ignored = attribute.int(node, 'ignore_index', Number.NaN);
  const reduction = attribute.string(node, 'reduction', 'mean');
  const given = b.reshape(x(1), kept);
  const ignores = Number.isNaN(ignored) ? undefined : b.equal(given, ignored);
  const labels = ignores ? b.where(ignores, 0, given) : given;
  const weights = inputs[2] ? b.op('Gather', [inputs[2], labels]) : b.expand(b.scalar(type, 1), kept);
  const counted = ignores ? b.where(ignores, 0, weights) : weights;
  const gradient = reduction === 'none' ? b.reshape(dy(0), kept) : dy(0);
  const share = reduction === 'mean' ? b.div(gradient, b.reduceSum(counted, [...kept.keys()], false)) : gradient;
  return { labels, slopes: b.mul(counted, share) };
}

const scatter = ({ b }: RuleContext, into: Value, { labels, slopes }: Labelled): Value =>
  b.op('ScatterElements', [into, labels, b.neg(slopes)], { axis: 1, reduction: 'add' });

/** dx is −slope at the labelled classes and 0 elsewhere. */
const negativeLogLikelihood: GradientRule = (c) => [scatter(c, zeros(c, c.x(0).type), labelled(c))];

const zeros = ({ b, x }: RuleContext, type: DataType): Value => b.expand(b.constant(fromNumbers(type, [], [0])), x(0).dims);

/** dx = slope (softmax(x) − onehot(label)), and what comes through the second output, the log probabilities. */
const softmaxCrossEntropy: GradientRule = (c) => {
  const { b, x, outputs, grads } = c;
  const { labels, slopes } = labelled(c);
  const log = outputs[1] !== undefined && outputs[1].name !== '' ? outputs[1] : undefined;
  const probabilities = log ? b.exp(log) : softmax(b, x(0));
  const dx = scatter(c, b.mul(probabilities, slopes), { labels, slopes });
  const dlog = grads[1];
  return [dlog ? b.op('Sum', [dx, dlog, b.neg(b.mul(probabilities, b.reduceSum(dlog, [1])))]) : dx];
};

/** Over the classes of `[N, C, …]`, with all positions as one axis: with two, ONNX Runtime moves the classes in 4 times the time. */
function softmax(b: GraphBuilder, x: Value): Value {
  const { dims } = x;
  const flat = dims.length > 3 ? b.reshape(x, [...dims.slice(0, 2), sizeOf(dims.slice(2))]) : x;
  return b.reshape(b.op('Softmax', [flat], { axis: 1 }), dims);
}

export const lossRules = { NegativeLogLikelihoodLoss: negativeLogLikelihood, SoftmaxCrossEntropyLoss: softmaxCrossEntropy } satisfies Rules;
