import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goldenGraph, readGolden } from '../../../test/support/golden.js';
import { input, modelOf, node } from '../../../test/support/graph.js';
import { float32 } from '../../core/index.js';
import { type Model, writeModel } from '../../engine/graph/index.js';
import { inspect } from './inspect.node.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regraft-inspect-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function stored(name: string, model: Model = goldenGraph(readGolden(name))): string {
  const path = join(folder, `${name}.onnx`);
  writeFileSync(path, writeModel(model));
  return path;
}

describe('a residual network', () => {
  it('has its layers, blocks and taps from shallow to deep', async () => {
    const { blocks, taps, features, parameters, tensors, bytes, opset } = await inspect({ model: stored('resnet18') });
    expect({ parameters, tensors, opset }).toEqual({ parameters: 11_181_642, tensors: 62, opset: 21 });
    // 9,600 running statistics do not train, but take space.
    expect(bytes).toBe(4 * (11_181_642 + 9_600));
    expect(blocks.map(({ name }) => name)).toEqual(['conv1', 'bn1', 'layer1', 'layer2', 'layer3', 'layer4', 'fc']);
    expect(blocks.map(({ frozen }) => frozen?.tensors)).toEqual([1, 3, 15, 30, 45, 60, 62]);
    expect(blocks[2]?.layers[1]).toMatchObject({ name: 'layer1.0.bn1', ops: ['BatchNormalization', 'Relu'], tensors: 2, parameters: 128 });
    expect(blocks.reduce((sum, block) => sum + block.parameters, 0)).toBe(parameters);
    expect(taps.map(({ width }) => width)).toEqual([64, 128, 256, 512]);
    expect(features?.width).toBe(512);
  });

  it('costs what papers say, for one sample', async () => {
    const { multiplyAdds, flops, assumed, blocks } = await inspect({ model: stored('resnet18') });
    expect(assumed).toEqual({ input: [1, 3, 64, 64] });
    // 1.814 G at 224² with 1000 classes; convolutions scale with the area.
    expect(multiplyAdds).toBe(((1_814_073_344 - 512_000) * 4) / 49 + 512 * 10);
    expect(flops).toBeGreaterThan(2 * multiplyAdds);
    expect(blocks[0]?.layers[0]).toMatchObject({ name: 'conv1', dims: [1, 64, 32, 32], multiplyAdds: 64 * 32 * 32 * 3 * 49 });
  });

  it('is not shown at a size it does not take', async () => {
    await expect(inspect({ model: stored('resnet-tiny-dynamic'), size: [32, 32] })).rejects.toMatchObject({ code: 'SHAPE_CONFLICT' });
  });

  it('shows what each recipe trains', async () => {
    const { recipes, classes, parameters } = await inspect({ model: stored('resnet18'), classes: 7 });
    expect(classes).toBe(7);
    const plan = Object.fromEntries(
      recipes.map(({ recipe, phases }) => [recipe, phases.map((phase) => [phase.phase, phase.tensors, phase.parameters])]),
    );
    const [head, all] = [512 * 7 + 7, parameters - 5130 + 512 * 7 + 7];
    expect(plan).toMatchObject({
      'linear-probe': [['probe', 2, head]],
      'feature-extraction': [['head', 2, head]],
      'fine-tune': [
        ['probe', 2, head],
        ['base', 62, all],
      ],
      full: [['full', 62, all]],
      scratch: [['scratch', 62, all]],
    });
    // A convolutional network has neither tokens nor the blocks of a transformer.
    expect(Object.keys(plan).slice(5)).toEqual(['lora', 'dora', 'ia3', 'bitfit', 'last-k']);
    expect(recipes[0]?.phases[0]?.share).toBeCloseTo(head / all, 10);
  });
});

describe('a model with open dimensions', () => {
  const gather = modelOf({
    nodes: [
      node('Gather', ['table', 'ids'], ['rows']),
      node('ReduceMean', ['rows', 'axes'], ['mean'], 'mean', { keepdims: 0 }),
      node('MatMul', ['mean', 'head.weight'], ['y']),
    ],
    inputs: [{ name: 'ids', type: { kind: 'tensor', type: 'int64', dims: ['batch', 'tokens'] } }],
    outputs: ['y'],
    initializers: {
      table: float32([10, 4], new Array(40).fill(0)),
      axes: { type: 'int64', dims: [1], data: BigInt64Array.of(1n) },
      'head.weight': float32([4, 3], new Array(12).fill(0)),
    },
  });

  it('is shown at a usual size, with a note', async () => {
    const { assumed, notes } = await inspect({ model: stored('gather', gather) });
    expect(assumed).toEqual({ ids: [1, 128] });
    expect(notes.join()).toContain('leaves dimension "tokens" open');
  });

  it('is shown at the size asked for', async () => {
    const { assumed, notes, values, outputs } = await inspect({ model: stored('gather', gather), inputs: { ids: [2, 7] }, values: true });
    expect({ assumed, notes }).toEqual({ assumed: { ids: [2, 7] }, notes: [] });
    expect(values).toContainEqual({ name: 'rows', type: 'float32', dims: [2, 7, 4] });
    expect(outputs).toEqual([{ name: 'y', type: 'float32', dims: [2, 3] }]);
  });

  it('refuses a name that is no input', async () => {
    await expect(inspect({ model: stored('gather', gather), inputs: { idz: [2, 7] } })).rejects.toMatchObject({
      code: 'SHAPE_NO_INPUT',
      message: expect.stringContaining('Did you mean ids?') as string,
    });
  });
});

it('a model with an unknown op is shown without shapes, and the reason', async () => {
  const weight = { w: float32([4, 3], new Array(12).fill(0)) };
  const nodes = [node('MatMul', ['x', 'w'], ['a']), node('com.example::Magic', ['a'], ['y'])];
  const x = input('x', { type: 'float32', dims: [1, 4] });
  const { parameters, flops, recipes, notes } = await inspect({
    model: stored('magic', modelOf({ nodes, inputs: [x], outputs: ['y'], initializers: weight })),
  });
  expect({ parameters, flops, recipes }).toEqual({ parameters: 12, flops: 0, recipes: [] });
  expect(notes.join()).toContain('Magic');
});
