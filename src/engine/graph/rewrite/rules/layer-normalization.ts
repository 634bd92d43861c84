import { fromNumbers, sizeOf } from '../../../../core/index.js';
import { attribute } from '../../attributes.js';
import { axesOf } from '../../shapes/dims.js';
import { any, anyNumber, either, inverseRoot, op, type Pattern, square } from '../pattern.js';
import type { Match, RewriteRule } from '../rule.js';

const x = any('x');
const mean = op('ReduceMean', [x, any('axes')], 'mean');
const centred = op('Sub', [x, mean]);
const meanSquare = (value: Pattern): Pattern => op('ReduceMean', [square(value), any('varianceAxes')], 'variance');

/** The mean of the squared distances, or the mean square less the squared mean; plus epsilon. */
const variance = op('Add', [either(meanSquare(centred), op('Sub', [meanSquare(x), square(mean)])), anyNumber('epsilon')]);

const normalised = either(op('Div', [centred, op('Sqrt', [variance])]), op('Mul', [centred, inverseRoot(variance)]));
const scaled = op('Mul', [normalised, any('scale')]);

/** TensorFlow's and Keras' order: the scale goes into the inverse deviation, and x·inverse − mean·inverse. */
const inverse = op('Mul', [inverseRoot(variance), any('scale')]);
const shiftedByMean = either(op('Sub', [any('bias'), op('Mul', [mean, inverse])]), op('Add', [op('Mul', [op('Neg', [mean]), inverse]), any('bias')]));
const tensorFlow = op('Add', [op('Mul', [x, inverse]), shiftedByMean]);

/** The axes a captured ReduceMean runs over, in order. */
function axesOfNode(match: Match, name: string): readonly number[] | undefined {
  const node = match.node(name);
  const [input = '', axes = ''] = node.inputs;
  const given = match.numbers(axes);
  return given && attribute.int(node, 'keepdims', 1) === 1 ? axesOf(node, given, match.type(input).dims.length).sort((a, b) => a - b) : undefined;
}

/** The dimensions normalised over; a reason where they are not the last ones. */
function normalisedDims(match: Match): readonly number[] | string {
  const { dims } = match.type(match.value('x'));
  const [axes, varianceAxes] = [axesOfNode(match, 'mean'), axesOfNode(match, 'variance')];
  if (!axes || String(axes) !== String(varianceAxes)) return 'mean and variance are not taken over the same constant axes';
  const first = dims.length - axes.length;
  if (!axes.every((axis, index) => axis === first + index)) return `axes [${axes.join(', ')}] are not the last of ${dims.length}`;
  return dims.slice(first);
}

/** The mean and variance of the last dimensions, written out, as one LayerNormalization. Scale and bias keep their names. */
export const layerNormalization: RewriteRule = {
  name: 'layer-normalization',
  patterns: [op('Add', [scaled, any('bias')]), tensorFlow, scaled, normalised],
  check(match) {
    const dims = normalisedDims(match);
    if (typeof dims === 'string') return dims;
    const wrong = ['scale', 'bias'].find((name) => match.has(name) && String(match.type(match.value(name)).dims) !== String(dims));
    return wrong && `the ${wrong} has shape [${match.type(match.value(wrong)).dims.join(', ')}], not the [${dims.join(', ')}] normalised over`;
  },
  replace(match, make) {
    const { type, dims } = match.type(match.value('x'));
    const count = axesOfNode(match, 'mean')?.length ?? 1;
    const last = dims.slice(dims.length - count);
    const ones = (): string => make.constant(fromNumbers(type, last, new Array<number>(sizeOf(last)).fill(1)));
    const scale = match.has('scale') ? match.value('scale') : ones();
    const inputs = [match.value('x'), scale, ...(match.has('bias') ? [match.value('bias')] : [])];
    return make.op('LayerNormalization', inputs, { axis: -count, epsilon: match.numbers(match.value('epsilon'))?.[0] });
  },
};
