import { attribute, attributes, type Convert, type ConvertContext, type Node } from '../../../../engine/graph/index.js';
import { become, define, type Expansions, number } from './write.js';

interface RootMeanSquare {
  readonly normalised: string;
  readonly deviation: string;
}

/** x / √(mean(x²) + ε) over the last `count` dimensions, in the form that the rewrite rule for RMSNormalization knows. */
export function rootMeanSquare(c: ConvertContext, x: string, epsilon: number, count = 1): RootMeanSquare {
  const axes = c.ints(Array.from({ length: count }, (_, index) => index - count));
  const mean = c.add('ReduceMean', [c.add('Mul', [x, x]), axes]);
  const deviation = c.add('Sqrt', [c.add('Add', [mean, number(c, epsilon, x)])]);
  return { normalised: c.add('Div', [x, deviation]), deviation };
}

/** How many last dimensions are normalised over. */
function countOf(node: Node, c: ConvertContext): number {
  const [x = '', scale = ''] = node.inputs;
  const axis = attribute.int(node, 'axis', -1);
  const rank = c.dimsOf(x)?.length;
  const count = axis < 0 ? -axis : rank === undefined ? c.dimsOf(scale)?.length : rank - axis;
  if (count === undefined || count < 1 || count > (rank ?? MAX_RANK)) return c.refuse(node, `it has no axis ${axis}`);
  return count;
}

/** More dimensions than any kernel takes. */
const MAX_RANK = 8;

/** Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019. ONNX Runtime writes it in the standard domain. */
const simplified: Convert = (node, c) => {
  const [x = '', scale = ''] = node.inputs;
  const { normalised, deviation } = rootMeanSquare(c, x, attribute.float(node, 'epsilon', 1e-5), countOf(node, c));
  const inverse = node.outputs[1] ?? '';
  if (c.isUsed(inverse)) define(c, inverse, 'Reciprocal', [deviation]);
  return become(node, 'Mul', [normalised, scale]);
};

/** The sum of input, skip and bias, under the name the graph gives it where it is used. */
function skipSum(node: Node, c: ConvertContext, bias: string): string {
  const [x = '', skip = ''] = node.inputs;
  const named = node.outputs[3] ?? '';
  const left = bias === '' ? x : c.add('Add', [x, bias]);
  if (!c.isUsed(named)) return c.add('Add', [left, skip]);
  define(c, named, 'Add', [left, skip]);
  return named;
}

const skip: Convert = (node, c) => {
  const [, , scale = '', beta = '', bias = ''] = node.inputs;
  const sum = skipSum(node, c, bias);
  const statistics = node.outputs.slice(0, 3);
  const kept = statistics.slice(0, statistics.findLastIndex((name, index) => index === 0 || c.isUsed(name)) + 1);
  const epsilon = attribute.float(node, 'epsilon', 1e-12);
  return become(node, 'LayerNormalization', [sum, scale, beta], { axis: -1, epsilon }, kept);
};

function onlyEpsilon(node: Node): Node['attributes'] {
  return attributes({ epsilon: attribute.float(node, 'epsilon', 1e-12) });
}

const skipSimplified: Convert = (node, c) => {
  const [, , scale = '', bias = ''] = node.inputs;
  const sum = skipSum(node, c, bias);
  return simplified({ ...node, inputs: [sum, scale], outputs: [node.outputs[0] ?? '', node.outputs[2] ?? ''], attributes: onlyEpsilon(node) }, c);
};

export const normalizationExpansions: Expansions = {
  SimplifiedLayerNormalization: simplified,
  SkipLayerNormalization: skip,
  SkipSimplifiedLayerNormalization: skipSimplified,
};

/** What ONNX Runtime writes in the standard domain though the standard does not have it. */
export const unofficialExpansions: Expansions = { SimplifiedLayerNormalization: simplified };
