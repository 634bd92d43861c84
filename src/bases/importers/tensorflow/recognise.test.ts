import { describe, expect, it } from 'vitest';
import { recognise } from './recognise.js';

describe('recognise', () => {
  it.each<[string, string[], string[]]>([
    [
      'a SavedModel, whose parts are not models',
      [
        'keras_metadata.pb',
        'fingerprint.pb',
        'tfhub_module.pb',
        'saved_model.pb',
        'assets/vocab.pb',
        'variables/variables.data-00000-of-00001',
        'variables/variables.index',
      ],
      ['saved_model.pb'],
    ],
    ['a SavedModel in a folder', ['a/saved_model.pb', 'a/variables/variables.index', 'b/frozen.pb'], ['a/saved_model.pb', 'b/frozen.pb']],
    ['graphs', ['frozen.pb', 'frozen.pbtxt', 'labels.txt', 'fingerprint.pb'], ['frozen.pb']],
    ['a graph in text form, where there is no other', ['graph.pbtxt'], ['graph.pbtxt']],
    ['a checkpoint', ['m.meta', 'm.index', 'm.data-00000-of-00001'], ['m.meta']],
    [
      'the latest of several checkpoints',
      ['checkpoint', 'm-1.meta', 'm-1.index', 'm-1.data-00000-of-00001', 'm-2.meta', 'm-2.index', 'm-2.data-00000-of-00001'],
      ['checkpoint'],
    ],
    ['a checkpoint without a graph', ['w.index', 'w.data-00000-of-00002', 'w.data-00001-of-00002'], ['w.index']],
    ['one file that was named', ['m.meta'], ['m.meta']],
    ['one file of data that was named', ['m.data-00000-of-00001'], ['m.data-00000-of-00001']],
    ['no other files', ['model.onnx', 'checkpoint', 'a.meta', 'b.index', 'model.json'], []],
  ])('finds %s', (_, files, entries) => {
    expect(recognise(files)).toEqual(entries);
  });
});
