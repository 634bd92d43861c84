import type { OpConverters } from '../scope.js';
import { blockOps } from './blocks.js';
import { convolutionOps } from './convolution.js';
import { detectionOps } from './detection.js';
import { elementwiseOps } from './elementwise.js';
import { fillOps } from './fill.js';
import { gatherOps } from './gather.js';
import { listOps } from './list.js';
import { matMulOps } from './matmul.js';
import { matrixOps } from './matrix.js';
import { normalizationOps } from './normalization.js';
import { orderOps } from './order.js';
import { patchOps } from './patches.js';
import { poolingOps } from './pooling.js';
import { reductionOps } from './reduction.js';
import { resizeOps } from './resize.js';
import { shapeOps } from './shape.js';
import { sliceOps } from './slice.js';
import { transposedConvolutionOps } from './transposed-convolution.js';

/** Every TensorFlow op that has an ONNX form; one row adds one. */
export const opConverters: OpConverters = {
  ...blockOps,
  ...convolutionOps,
  ...detectionOps,
  ...elementwiseOps,
  ...fillOps,
  ...gatherOps,
  ...listOps,
  ...matMulOps,
  ...matrixOps,
  ...normalizationOps,
  ...orderOps,
  ...patchOps,
  ...poolingOps,
  ...reductionOps,
  ...resizeOps,
  ...shapeOps,
  ...sliceOps,
  ...transposedConvolutionOps,
};
