import { type Model, readModel, writeModel, writeModelParts } from '../../../src/engine/graph/index.js';
import { concatenate } from '../../../src/engine/graph/wire.js';
import { goldenModelBytes, readGolden } from '../../../test/support/golden.js';
import { filesIn, isSmall, realFolders, type Sample } from './sample.js';

/** Small models of different kinds: dense, convolutions, recurrent cells, transformers, If and Constant nodes, spectra, old opsets. */
const MODELS: readonly string[] = [
  ...['mlp', 'mlp-opset9', 'text-cnn', 'rnn', 'gru', 'lstm', 'lstm-dynamo', 'activations', 'activations-dynamo', 'signal', 'signal-dynamo'],
  ...['volume', 'pixel-mixer', 'unet-like', 'bert-like', 'resnet-tiny', 'resnet-tiny-folded-opset9', 'swin-tiny', 'hf-gpt2-dynamo'],
];

/** Golden models, one of them with its weights beside it, and real ones. */
export function onnxSamples(): readonly Sample[] {
  const golden = MODELS.map((name): Sample => ({ name, files: { 'model.onnx': goldenModelBytes(readGolden(name)) } }));
  const real = realFolders('onnx').map((folder): Sample => ({ name: folder, files: filesIn(folder, /^[^/]*\.onnx$|^external_data\.bin$/) }));
  return [...golden, apart('mlp'), ...real.filter((sample) => Object.keys(sample.files).length > 0 && isSmall(sample))];
}

function apart(name: string): Sample {
  const model: Model = readModel(goldenModelBytes(readGolden(name)));
  const parts = writeModelParts(model, { location: 'model.data', threshold: 1 });
  return { name: `${name}-external`, files: { 'model.onnx': parts.model, 'model.data': concatenate([...parts.data]) } };
}

/** A small model as a file. */
export function smallModel(): Uint8Array {
  return writeModel(readModel(goldenModelBytes(readGolden('mlp'))));
}
