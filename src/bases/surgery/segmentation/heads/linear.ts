import { deepest, type Head } from './head.js';

/** Scores of each position of the deepest map by one linear layer: a 1×1 convolution. */
export const linearHead: Head = (l, inputs) =>
  l.conv(l.dropout(deepest(inputs), 'head.0.dropout', inputs.dropout), 'head.0', { channels: inputs.classes, bias: true });
