import { describe, expect, it } from 'vitest';
import { choose, filesOf } from './choose.js';

const CODE = ['modeling_x.py', 'handler.py', '.gitattributes', 'training_args.bin'];

/** Main file first, the others sorted. */
function chosen(paths: readonly string[], file?: string): readonly string[] | undefined {
  const choice = choose([...paths, ...CODE], file);
  return choice && [choice.main, ...choice.others.toSorted()];
}

describe('of a repository', () => {
  it.each([
    [
      'safetensors before all else',
      ['model.safetensors', 'pytorch_model.bin', 'onnx/model.onnx', 'tf_model.h5', 'flax_model.msgpack'],
      'model.safetensors',
    ],
    ['an index of shards', ['model-00001-of-00001.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin'], 'model.safetensors.index.json'],
    ['PyTorch before ONNX', ['onnx/model.onnx', 'pytorch_model.bin'], 'pytorch_model.bin'],
    ['shards of PyTorch', ['pytorch_model.bin.index.json', 'pytorch_model-00001-of-00002.bin'], 'pytorch_model.bin.index.json'],
    ['ONNX in full precision', ['onnx/model_quantized.onnx', 'onnx/model.onnx', 'onnx/model_fp16.onnx'], 'onnx/model.onnx'],
    ['the only ONNX file', ['deep/detector.onnx'], 'deep/detector.onnx'],
    ['a Keras archive', ['birds.keras'], 'birds.keras'],
    ['a whole model in HDF5', ['birds.h5', 'tf_model.h5', 'birds.weights.h5'], 'birds.h5'],
    ['TensorFlow.js', ['model.json', 'group1-shard1of1.bin'], 'model.json'],
  ])('takes %s', (_, paths, main) => {
    expect(chosen(paths)).toEqual([main]);
    expect(chosen(paths.toReversed())).toEqual([main]);
  });

  it('takes a SavedModel with its variables', () => {
    const files = ['saved_model.pb', 'assets/vocab.txt', 'fingerprint.pb', 'variables/variables.data-00000-of-00001', 'variables/variables.index'];
    expect(chosen([...files, 'tf_model.h5'])).toEqual(files);
  });

  it('takes what describes the weights, and nothing of the kind that is deeper', () => {
    const described = [
      ...['1_Pooling/config.json', 'README.md', 'added_tokens.json', 'config.json', 'generation_config.json', 'merges.txt', 'modules.json'],
      ...['preprocessor_config.json', 'processor_config.json', 'sentencepiece.bpe.model', 'special_tokens_map.json', 'spiece.model', 'spm.model'],
      ...['tokenizer.json', 'tokenizer.model', 'tokenizer_config.json', 'vocab.json', 'vocab.txt'],
    ];
    expect(chosen([...described, 'model.safetensors', 'checkpoint-5/config.json', 'optimizer.pt'])).toEqual(['model.safetensors', ...described]);
  });

  it('takes nothing where there are no weights, or several files that could be meant', () => {
    expect(chosen(['config.json', 'model.gguf'])).toBeUndefined();
    expect(chosen(['encoder.onnx', 'decoder.onnx'])).toBeUndefined();
    expect(chosen(['tf_model.h5', 'x.weights.h5'])).toBeUndefined();
  });
});

describe('of a file that is named', () => {
  const paths = [
    'config.json',
    'README.md',
    'onnx/quantize_config.json',
    'onnx/model.onnx',
    'onnx/model_int8.onnx',
    'model.safetensors',
    'other/x.json',
  ];

  it('takes weights with what describes them and the JSON files beside them', () => {
    expect(chosen(paths, 'onnx/model_int8.onnx')).toEqual(['onnx/model_int8.onnx', 'README.md', 'config.json', 'onnx/quantize_config.json']);
    expect(chosen(['a/saved_model.pb', 'a/variables/variables.index', 'variables/x'], 'a/saved_model.pb')).toEqual([
      'a/saved_model.pb',
      'a/variables/variables.index',
    ]);
  });

  it('takes anything else alone', () => {
    expect(chosen(paths, 'onnx/quantize_config.json')).toEqual(['onnx/quantize_config.json']);
    expect(chosen(paths, 'handler.py')).toEqual(['handler.py']);
    expect(chosen(paths, 'missing.onnx')).toBeUndefined();
  });
});

it('adds the files that the main file names, from its folder', async () => {
  const index = { weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors', c: 'model-1.safetensors', d: '../../escaped' } };
  const read = async (): Promise<Uint8Array> => new TextEncoder().encode(JSON.stringify(index));
  const files = await filesOf({ main: 'deep/model.safetensors.index.json', others: ['config.json'] }, read);
  expect(files).toEqual(['config.json', 'deep/model-1.safetensors', 'deep/model-2.safetensors', 'deep/model.safetensors.index.json']);
});
