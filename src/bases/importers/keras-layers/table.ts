import { distance } from 'fastest-levenshtein';
import { fail } from '../../../core/index.js';
import { activation, elu, leakyRectifier, parametricRectifier, rectifier, softmaxLayer, thresholdedRectifier } from './layers/activation.js';
import { dotAttention, multiHeadAttention } from './layers/attention.js';
import { cropping, upSampling, zeroPadding } from './layers/border.js';
import { convolution, depthwiseConvolution, separableConvolution } from './layers/convolution.js';
import { dense, embedding } from './layers/dense.js';
import { einsumDense } from './layers/einsum-dense.js';
import { dropout, identity } from './layers/identity.js';
import { average, concatenate, elementwise } from './layers/merge.js';
import {
  batchNormalization,
  groupNormalization,
  layerNormalization,
  normalization,
  rescaling,
  rmsNormalization,
  unitNormalization,
} from './layers/normalization.js';
import { globalPooling, pooling } from './layers/pooling.js';
import { bidirectional, recurrent } from './layers/recurrent.js';
import { layerScale, scaledSum } from './layers/scale.js';
import { flatten, permuteAxes, repeatVector, reshape } from './layers/shape.js';
import { timeDistributed } from './layers/time-distributed.js';
import { transposedConvolution } from './layers/transposed-convolution.js';
import type { LayerConverter } from './scope.js';

/** Keras layer class to converter: one row adds a layer. */
const layerConverters: Readonly<Record<string, LayerConverter>> = {
  Activation: activation,
  ActivityRegularization: identity,
  Add: elementwise('Add'),
  AlphaDropout: identity,
  Attention: dotAttention,
  AugMix: identity,
  Average: average,
  AveragePooling1D: pooling('AveragePool', 1),
  AveragePooling2D: pooling('AveragePool', 2),
  AveragePooling3D: pooling('AveragePool', 3),
  BatchNormalization: batchNormalization,
  BatchNormalizationV1: batchNormalization,
  Bidirectional: bidirectional,
  Concatenate: concatenate,
  Conv1D: convolution(1),
  Conv1DTranspose: transposedConvolution(1),
  Conv2D: convolution(2),
  Conv2DTranspose: transposedConvolution(2),
  Conv3D: convolution(3),
  Conv3DTranspose: transposedConvolution(3),
  CutMix: identity,
  CustomScaleLayer: scaledSum,
  Cropping1D: cropping(1),
  Cropping2D: cropping(2),
  Cropping3D: cropping(3),
  Dense: dense,
  DepthwiseConv1D: depthwiseConvolution(1),
  DepthwiseConv2D: depthwiseConvolution(2),
  Divide: elementwise('Div'),
  Dropout: dropout,
  ELU: elu,
  EinsumDense: einsumDense,
  Embedding: embedding,
  Flatten: flatten,
  GRU: recurrent('GRU'),
  GaussianDropout: identity,
  GaussianNoise: identity,
  GlobalAveragePooling1D: globalPooling('Average'),
  GlobalAveragePooling2D: globalPooling('Average'),
  GlobalAveragePooling3D: globalPooling('Average'),
  GlobalMaxPooling1D: globalPooling('Max'),
  GlobalMaxPooling2D: globalPooling('Max'),
  GlobalMaxPooling3D: globalPooling('Max'),
  GroupNormalization: groupNormalization,
  Identity: identity,
  LSTM: recurrent('LSTM'),
  LayerNormalization: layerNormalization,
  LayerScale: layerScale,
  LeakyReLU: leakyRectifier,
  MaxPooling1D: pooling('MaxPool', 1),
  MaxPooling2D: pooling('MaxPool', 2),
  MaxPooling3D: pooling('MaxPool', 3),
  Maximum: elementwise('Max'),
  Minimum: elementwise('Min'),
  MixUp: identity,
  MultiHeadAttention: multiHeadAttention,
  Multiply: elementwise('Mul'),
  Normalization: normalization,
  PReLU: parametricRectifier,
  Permute: permuteAxes,
  RMSNormalization: rmsNormalization,
  RandAugment: identity,
  RandomBrightness: identity,
  RandomColorDegeneration: identity,
  RandomColorJitter: identity,
  RandomContrast: identity,
  RandomElasticTransform: identity,
  RandomErasing: identity,
  RandomFlip: identity,
  RandomGaussianBlur: identity,
  RandomGrayscale: identity,
  RandomHue: identity,
  RandomInvert: identity,
  RandomPerspective: identity,
  RandomPosterization: identity,
  RandomRotation: identity,
  RandomSaturation: identity,
  RandomSharpness: identity,
  RandomShear: identity,
  RandomTranslation: identity,
  RandomZoom: identity,
  ReLU: rectifier,
  RepeatVector: repeatVector,
  Rescaling: rescaling,
  Reshape: reshape,
  SeparableConv1D: separableConvolution(1),
  SeparableConv2D: separableConvolution(2),
  SimpleRNN: recurrent('SimpleRNN'),
  Softmax: softmaxLayer,
  SpatialDropout1D: identity,
  SpatialDropout2D: identity,
  SpatialDropout3D: identity,
  StochasticDepth: identity,
  Subtract: elementwise('Sub'),
  ThresholdedReLU: thresholdedRectifier,
  TrueDivide: elementwise('Div'),
  TimeDistributed: timeDistributed((layer, type) => converterOf(layer, type)),
  UnitNormalization: unitNormalization,
  UpSampling1D: upSampling(1),
  UpSampling2D: upSampling(2),
  UpSampling3D: upSampling(3),
  ZeroPadding1D: zeroPadding(1),
  ZeroPadding2D: zeroPadding(2),
  ZeroPadding3D: zeroPadding(3),
};

/** The classes that have a converter. */
export const layerTypes: readonly string[] = Object.keys(layerConverters);

/** @throws IMPORT_LAYER_CODE; IMPORT_LAYER_UNKNOWN with the nearest supported type */
export function converterOf(layer: string, type: string): LayerConverter {
  if (type === 'Lambda') fail('IMPORT_LAYER_CODE', { layer });
  if (Object.hasOwn(layerConverters, type)) return layerConverters[type] as LayerConverter;
  const supported = Object.keys(layerConverters);
  const nearest = [...supported].sort((a, b) => distance(type, a) - distance(type, b))[0] ?? '';
  const hint = distance(type, nearest) <= 2 ? ` Did you mean ${nearest}?` : '';
  return fail('IMPORT_LAYER_UNKNOWN', { layer, type, hint, supported: supported.join(', ') });
}
