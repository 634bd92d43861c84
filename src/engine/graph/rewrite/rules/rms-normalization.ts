import { attribute } from '../../attributes.js';
import { axisOf } from '../../shapes/dims.js';
import { any, anyNumber, either, inverseRoot, op, square } from '../pattern.js';
import type { RewriteRule } from '../rule.js';

const x = any('x');
const meanSquare = op('Add', [op('ReduceMean', [square(x), any('axes')], 'mean'), anyNumber('epsilon')]);
const normalised = either(op('Div', [x, op('Sqrt', [meanSquare])]), op('Mul', [x, inverseRoot(meanSquare)]));

/** x·scale/√(mean(x²) + ε) over the last dimension, as one RMSNormalization, an op since opset 23 (Zhang and Sennrich, 2019). */
export const rmsNormalization: RewriteRule = {
  name: 'rms-normalization',
  patterns: [op('Mul', [normalised, any('scale')])],
  check(match) {
    const { dims } = match.type(match.value('x'));
    const axes = match.numbers(match.value('axes'));
    const mean = match.node('mean');
    const last = dims.length - 1;
    if (axes?.length !== 1 || axisOf(mean, axes[0] as number, dims.length) !== last) return 'the mean is not taken over the last axis alone';
    if (attribute.int(mean, 'keepdims', 1) !== 1) return 'the mean drops its axis';
    const scale = match.type(match.value('scale')).dims;
    return String(scale) === String(dims.slice(last)) ? undefined : `the scale has shape [${scale.join(', ')}], not [${dims[last]}]`;
  },
  replace: (match, make) =>
    make.op('RMSNormalization', [match.value('x'), match.value('scale')], { axis: -1, epsilon: match.numbers(match.value('epsilon'))?.[0] }),
};
