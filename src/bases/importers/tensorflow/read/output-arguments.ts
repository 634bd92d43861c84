const BATCH_NORM = ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2', 'reserve_space_3'];
const BLOCK_LSTM = ['i', 'cs', 'f', 'o', 'ci', 'co', 'h'];
const CUDNN_RNN = ['output', 'output_h', 'output_c', 'reserve_space', 'host_reserved'];
const UNIQUE = ['y', 'idx', 'count'];
const TOP = ['values', 'indices'];
const SPARSE = ['output_indices', 'output_values', 'output_shape'];

/**
 * Names of the outputs of operations that have several, none of them a list. Inside functions values are named by them. Operations that are
 * not here have one output, or one list of outputs. Source: the operation registry of TensorFlow 2.21.
 */
const OUTPUT_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  ApproxTopK: TOP,
  BlockLSTM: BLOCK_LSTM,
  BlockLSTMV2: BLOCK_LSTM,
  BroadcastGradientArgs: ['r0', 'r1'],
  CombinedNonMaxSuppression: ['nmsed_boxes', 'nmsed_scores', 'nmsed_classes', 'valid_detections'],
  CudnnRNN: CUDNN_RNN,
  CudnnRNNV2: CUDNN_RNN,
  CudnnRNNV3: CUDNN_RNN,
  DecodeWav: ['audio', 'sample_rate'],
  DenseToDenseSetOperation: ['result_indices', 'result_values', 'result_shape'],
  DeserializeSparse: ['sparse_indices', 'sparse_values', 'sparse_shape'],
  Eig: ['e', 'v'],
  FractionalAvgPool: ['output', 'row_pooling_sequence', 'col_pooling_sequence'],
  FractionalMaxPool: ['output', 'row_pooling_sequence', 'col_pooling_sequence'],
  FusedBatchNorm: BATCH_NORM,
  FusedBatchNormV2: BATCH_NORM,
  FusedBatchNormV3: BATCH_NORM,
  GRUBlockCell: ['r', 'u', 'c', 'h'],
  GenerateBoundingBoxProposals: ['rois', 'roi_probabilities'],
  IsotonicRegression: ['output', 'segments'],
  LSTMBlockCell: BLOCK_LSTM,
  ListDiff: ['out', 'idx'],
  LogMatrixDeterminant: ['sign', 'log_abs_determinant'],
  LookupTableExportV2: ['keys', 'values'],
  Lu: ['lu', 'p'],
  MaxPoolWithArgmax: ['output', 'argmax'],
  Merge: ['output', 'value_index'],
  NonMaxSuppressionV4: ['selected_indices', 'valid_outputs'],
  NonMaxSuppressionV5: ['selected_indices', 'selected_scores', 'valid_outputs'],
  Qr: ['q', 'r'],
  QuantizeV2: ['output', 'output_min', 'output_max'],
  QuantizedConv2D: ['output', 'min_output', 'max_output'],
  QuantizedMatMul: ['out', 'min_out', 'max_out'],
  RaggedTensorToSparse: ['sparse_indices', 'sparse_values', 'sparse_dense_shape'],
  Requantize: ['output', 'output_min', 'output_max'],
  RequantizationRange: ['output_min', 'output_max'],
  SelfAdjointEigV2: ['e', 'v'],
  SoftmaxCrossEntropyWithLogits: ['loss', 'backprop'],
  SparseAdd: ['sum_indices', 'sum_values', 'sum_shape'],
  SparseConcat: SPARSE,
  SparseCross: SPARSE,
  SparseFillEmptyRows: ['output_indices', 'output_values', 'empty_row_indicator', 'reverse_index_map'],
  SparseReorder: SPARSE,
  SparseReshape: ['output_indices', 'output_shape'],
  SparseSlice: SPARSE,
  SparseSoftmaxCrossEntropyWithLogits: ['loss', 'backprop'],
  StatelessRandomGetKeyCounter: ['key', 'counter'],
  StringSplit: ['indices', 'values', 'shape'],
  StringSplitV2: ['indices', 'values', 'shape'],
  Svd: ['s', 'u', 'v'],
  Switch: ['output_false', 'output_true'],
  TensorArrayConcatV3: ['value', 'lengths'],
  TensorArrayV3: ['handle', 'flow'],
  TensorListConcat: ['tensor', 'lengths'],
  TensorListConcatV2: ['tensor', 'lengths'],
  TensorListPopBack: ['output_handle', 'tensor'],
  TopK: TOP,
  TopKV2: TOP,
  UnicodeDecode: ['row_splits', 'char_values'],
  UnicodeDecodeWithOffsets: ['row_splits', 'char_values', 'char_to_byte_starts'],
  Unique: UNIQUE,
  UniqueV2: UNIQUE,
  UniqueWithCounts: UNIQUE,
  UniqueWithCountsV2: UNIQUE,
};

/** Number of the first output that the output argument `argument` of an operation stands for; -1 where it has none of that name. */
export function outputOf(op: string, argument: string): number {
  return Object.hasOwn(OUTPUT_ARGUMENTS, op) ? (OUTPUT_ARGUMENTS[op]?.indexOf(argument) ?? -1) : 0;
}
