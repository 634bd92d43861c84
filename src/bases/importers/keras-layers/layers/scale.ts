import { fail } from '../../../../core/index.js';
import { channelsFirst, emit, emitLike, inKerasOrder, type LayerConverter, needWeight, parameter, scalar, unary } from '../scope.js';

/** LayerScale of ConvNeXt: every channel times a weight. */
export const layerScale = unary((scope, x) => {
  const input = inKerasOrder(scope, x);
  const gamma = needWeight(scope, [x.shape.at(-1)], 'gamma');
  return emitLike(scope, input, 'Mul', [parameter(scope, gamma)]);
});

/** CustomScaleLayer of InceptionResNetV2: the first input, and a share of the second. */
export const scaledSum: LayerConverter = (scope, inputs) => {
  const [x, y] = inputs;
  if (!x || !y || inputs.length > 2) {
    return fail('IMPORT_TOPOLOGY', { reason: `layer "${scope.config.layer}" (${scope.config.type}) takes two inputs but is given ${inputs.length}` });
  }
  const first = channelsFirst(scope, x);
  const share = emitLike(scope, channelsFirst(scope, y), 'Mul', [scalar(scope, scope.config.number('scale', 1))]);
  return { ...first, name: emit(scope, 'Add', [first, share]) };
};
