import { describe, expect, it } from 'vitest';
import { float32 } from '../../../core/index.js';
import type { JsonObject } from '../json.js';
import { readTopology } from '../keras-layers/index.js';
import { GroupedWeights } from './grouped-weights.js';
import type { Hdf5 } from './hdf5.js';
import { PlacedWeights, placedLayers } from './placed-weights.js';

/** A file that holds nothing but weights at these paths, each a number of its own: its place in the list. */
function fileOf(...paths: readonly string[]): Hdf5 {
  return {
    text: () => undefined,
    texts: () => undefined,
    names: () => new Set(),
    floats: (group) => paths.flatMap((path) => (path.startsWith(`${group}/`) ? [path.slice(group.length + 1)] : [])),
    dims: (path) => (paths.includes(path) ? [1] : undefined),
    tensor: (path) => (paths.includes(path) ? float32([1], [paths.indexOf(path)]) : undefined),
  };
}

describe('weights in groups', () => {
  const file = fileOf(
    'model_weights/dense/dense/kernel:0',
    'model_weights/inner/dense/kernel:0',
    'model_weights/block/conv/block/conv/kernel:0',
    'model_weights/both/both/forward_lstm/lstm_cell_1/kernel:0',
    'model_weights/both/both/backward_lstm/lstm_cell_2/kernel:0',
  );

  it.each([
    ['dense', [], 0, 'dense/kernel'],
    ['dense', ['inner'], 1, 'inner/dense/kernel'],
    // A layer's name may hold a slash.
    ['block/conv', [], 2, 'block/conv/kernel'],
    ['forward_lstm', ['both'], 3, 'both/forward_lstm/lstm_cell_1/kernel'],
    ['backward_lstm', ['both'], 4, 'both/backward_lstm/lstm_cell_2/kernel'],
  ])('are found under the names of Keras 2: %s in %j', (layer, parents, value, name) => {
    expect(new GroupedWeights(file).find(layer, 'kernel', parents)).toEqual({ name, tensor: float32([1], [value]) });
  });

  it('are found where they were given no name', () => {
    const scaled = fileOf('model_weights/scale/scale/variable_3');
    expect(new GroupedWeights(scaled).find('scale', 'gamma', [])).toEqual({ name: 'scale/gamma', tensor: float32([1], [0]) });
  });

  it('are not taken from another layer', () => {
    expect(new GroupedWeights(file).find('dense', 'kernel', ['other'])).toBeUndefined();
    expect(new GroupedWeights(file).find('dense', 'bias', [])).toBeUndefined();
  });
});

describe('weights in places', () => {
  const layer = (type: string, name: string, config: JsonObject = {}): JsonObject => ({ class_name: type, config: { name, ...config } });
  const inner = layer('Sequential', 'inner', { layers: [layer('Dense', 'a', { batch_input_shape: [null, 2] })] });
  const layers = [inner, layer('Dense', 'b', { use_bias: false }), layer('PReLU', 'c'), layer('Dense', 'a')];
  const places = placedLayers(readTopology({ class_name: 'Sequential', config: { name: 'outer', layers } })).flatMap(({ weights }) => weights);

  it.each([
    ['a', 'bias', ['inner'], 'layers/sequential/layers/dense/vars/1'],
    ['b', 'kernel', [], 'layers/dense/vars/0'],
    ['c', 'alpha', [], 'layers/p_re_lu/vars/0'],
    ['a', 'bias', [], 'layers/dense_1/vars/1'],
    // As TensorFlow 2.13 wrote them.
    ['a', 'bias', ['inner'], '_layer_checkpoint_dependencies/sequential/_layer_checkpoint_dependencies/dense/vars/1'],
  ])('are counted by class: %s/%s in %j is %s', (name, weight, parents, path) => {
    const found = new PlacedWeights(fileOf(path), places).find(name, weight, parents);
    expect(found).toEqual({ name: [...parents, name, weight].join('/'), tensor: float32([1], [0]) });
  });

  it('are not looked for where the layer has none', () => {
    expect(new PlacedWeights(fileOf('layers/dense/vars/1'), places).find('b', 'bias', [])).toBeUndefined();
  });
});
