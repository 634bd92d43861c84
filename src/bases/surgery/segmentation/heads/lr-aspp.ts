import { convNormRelu } from '../layers.js';
import { deepest, type Head, lowLevel } from './head.js';

/**
 * Scores from the deepest map, weighted by a gate of its mean, and from one twice as large.
 * Source: Howard et al. 2019, arXiv 1905.02244; torchvision/models/segmentation/lraspp.py, whose names its weights have behind `head.`
 */
export const lrAspp: Head = (l, inputs) => {
  const [x, low] = [deepest(inputs), lowLevel(inputs, 8)];
  const { width, classes, dropout } = inputs;
  const narrow = convNormRelu(l, x, ['head.cbr.0', 'head.cbr.1'], { channels: width });
  const gate = l.sigmoid(l.conv(l.mean(x), 'head.scale.1', { channels: width }));
  const gated = l.dropout(l.multiply(narrow, gate, 'head.gated'), 'head.dropout', dropout);
  const high = l.conv(l.resize(gated, low), 'head.high_classifier', { channels: classes, bias: true });
  return l.add(l.conv(low, 'head.low_classifier', { channels: classes, bias: true }), high, 'head.scores');
};
