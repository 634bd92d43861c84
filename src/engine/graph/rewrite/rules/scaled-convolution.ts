import { int64, scalar } from '../../../../core/index.js';
import { type AttributeValue, attribute } from '../../attributes.js';
import type { Node } from '../../model.js';
import { any, op, type Pattern } from '../pattern.js';
import type { Match, Replacement, RewriteRule } from '../rule.js';

const [x, kernel] = [any('x'), any('kernel')];
const statistics = [any('scale'), any('shift'), any('mean'), any('variance')];
const normalised = (convolution: 'Conv' | 'ConvTranspose', inputs: readonly Pattern[]): Pattern =>
  op('BatchNormalization', [op(convolution, inputs, 'convolution'), ...statistics], 'normalization');

/**
 * A convolution and the BatchNormalization behind it, with running statistics, as one convolution whose kernel and bias are
 * scaled: a = scale/√(variance + ε), kernel · a, shift + (bias − mean) · a. The scaling stays in the graph, so gradients reach
 * kernel, scale, shift and bias by themselves, and the passes of normalisation and its gradients over whole activations
 * become operations on weights. Jacob et al., "Quantization and training of neural networks", 2018, fold the same way.
 */
export const scaledConvolution: RewriteRule = {
  name: 'scaled-convolution',
  patterns: (['Conv', 'ConvTranspose'] as const).flatMap((convolution) => [
    normalised(convolution, [x, kernel, any('bias')]),
    normalised(convolution, [x, kernel]),
  ]),
  check(match) {
    if (attribute.int(match.node('normalization'), 'training_mode', 0) !== 0) return 'it uses the statistics of the batch';
    const convolution = match.node('convolution');
    const grouped = convolution.op === 'ConvTranspose' && attribute.int(convolution, 'group', 1) !== 1;
    return grouped ? 'the channels of a grouped ConvTranspose are not those of its kernel' : undefined;
  },
  replace(match, make) {
    const convolution = match.node('convolution');
    const factor = scaleFactor(match, make);
    const rank = match.type(match.value('kernel')).dims.length;
    const channel = convolution.op === 'Conv' ? 0 : 1;
    const shape = Array.from({ length: rank }, (_, axis) => (axis === channel ? -1 : 1));
    const spread = make.op('Reshape', [factor, make.constant(int64([rank], shape))]);
    const scaled = make.op('Mul', [match.value('kernel'), spread]);
    return make.op(convolution.op as 'Conv' | 'ConvTranspose', [match.value('x'), scaled, shiftOf(match, make, factor)], valuesOf(convolution));
  },
};

function scaleFactor(match: Match, make: Replacement): string {
  const { type } = match.type(match.value('variance'));
  const epsilon = make.constant(scalar(type, attribute.float(match.node('normalization'), 'epsilon', 1e-5)));
  const deviation = make.op('Sqrt', [make.op('Add', [match.value('variance'), epsilon])]);
  return make.op('Div', [match.value('scale'), deviation]);
}

function shiftOf(match: Match, make: Replacement, factor: string): string {
  if (!match.has('bias')) return make.op('Sub', [match.value('shift'), make.op('Mul', [match.value('mean'), factor])]);
  const centred = make.op('Sub', [match.value('bias'), match.value('mean')]);
  return make.op('Add', [match.value('shift'), make.op('Mul', [centred, factor])]);
}

/** The attributes of a convolution, which are numbers and strings, as plain values. */
function valuesOf({ attributes }: Node): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, given]) =>
      given.kind === 'int' || given.kind === 'ints' || given.kind === 'string' ? [[name, given.value] as const] : [],
    ),
  );
}
