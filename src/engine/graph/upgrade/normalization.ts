import { attribute } from '../attributes.js';
import type { Node } from '../model.js';
import { type Convert, type ConvertContext, edit, type UpgradeRow, withInputs } from './row.js';

/** BatchNormalization before opset 14 trains when it has more than one output. */
const batchNormalization: Convert = (node, c) => {
  if (attribute.int(node, 'spatial', 1) === 0) return perActivation(node, c);
  const stripped = edit(node, ['spatial', 'is_test']);
  const isTraining = node.outputs.slice(1).some((output) => output !== '');
  if (!isTraining) return { ...stripped, outputs: node.outputs.slice(0, 1) };
  if (node.outputs.slice(3).some((output) => c.isUsed(output)))
    return c.refuse(node, 'its saved mean or variance is used, which newer opsets do not give');
  return { ...edit(stripped, [], { training_mode: { kind: 'int', value: 1 } }), outputs: node.outputs.slice(0, 3) };
};

/** `spatial = 0`: statistics for each element of a sample, [C, D1, …], so plain broadcasting does it. */
function perActivation(node: Node, c: ConvertContext): undefined {
  const [x = '', scale = '', shift = '', mean = '', variance = ''] = node.inputs;
  if (node.outputs.slice(1).some((output) => c.isUsed(output))) c.refuse(node, 'it trains with spatial = 0');
  const epsilon = c.scalarLike(attribute.float(node, 'epsilon', 1e-5), variance);
  const deviation = c.add('Sqrt', [c.add('Add', [variance, epsilon])]);
  const normalized = c.add('Div', [c.add('Sub', [x, mean]), deviation]);
  const scaled = c.add('Mul', [normalized, scale]);
  c.emit({ ...node, op: 'Add', inputs: [scaled, shift], outputs: node.outputs.slice(0, 1), attributes: {} });
}

/**
 * Dropout before opset 12 passes its input on (`is_test`, and ONNX Runtime, always); the ratio is kept as the input it became, so that
 * training can still drop.
 */
const dropout: Convert = (node, c) => {
  const [data = ''] = node.inputs;
  const [, mask = ''] = node.outputs;
  const ratio = c.constant({ type: 'float32', dims: [], data: Float32Array.of(attribute.float(node, 'ratio', 0.5)) });
  const outputs = c.isUsed(mask) ? node.outputs : node.outputs.slice(0, 1);
  return withInputs({ ...edit(node, ['ratio', 'is_test']), outputs }, [data, ratio]);
};

/** Dropout 7 → 10: the mask became boolean. */
const dropoutMask: Convert = (node, c) => {
  const [, mask = ''] = node.outputs;
  return c.isUsed(mask) ? c.refuse(node, 'its mask is used, which was not boolean then') : { ...node, outputs: node.outputs.slice(0, 1) };
};

/** GroupNormalization 18 → 21: scale and shift per channel instead of per group. */
const groupNormalization: Convert = (node, c) => {
  const [x = '', scale = '', shift = ''] = node.inputs;
  const groups = attribute.int(node, 'num_groups', 1);
  const channels = c.dimsOf(x)?.[1];
  const each =
    typeof channels === 'number' ? c.ints([channels / groups]) : c.add('Div', [c.add('Shape', [x], { start: 1, end: 2 }), c.ints([groups])]);
  const repeats = c.add('Concat', [c.ints([1]), each], { axis: 0 });
  const perChannel = (perGroup: string): string => {
    const column = c.add('Unsqueeze', [perGroup, c.ints([1])]);
    return c.add('Reshape', [c.add('Expand', [column, repeats]), c.ints([-1])]);
  };
  return { ...node, inputs: [x, perChannel(scale), perChannel(shift)] };
};

export const normalizationRows: readonly UpgradeRow[] = [
  { ops: ['BatchNormalization'], from: 6, to: 14, convert: batchNormalization },
  { ops: ['Dropout'], from: 6, to: 10, convert: dropoutMask },
  { ops: ['Dropout'], from: 10, to: 12, convert: dropout },
  { ops: ['GroupNormalization'], from: 18, to: 21, convert: groupNormalization },
];
