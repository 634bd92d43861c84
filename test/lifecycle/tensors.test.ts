import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluate, predict, train } from '../../src/app/workflow/index.node.js';
import { cast, float32, int64, Random, type Tensor } from '../../src/core/index.js';
import { GraphBuilder, type Model, type Value } from '../../src/engine/graph/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import { loadBundle } from '../../src/reuse/bundle/index.node.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-tensors-'));
const at = (name: string): string => join(root, name);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const WIDTH = 6;

function drawn(name: string, dims: readonly number[]): Tensor {
  const random = new Random(1, name);
  return float32(
    dims,
    Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => random.uniform(-1, 1)),
  );
}

/** A linear layer of `outputs`, and what `after` makes of it, for batches of `rows`. */
function linear(rows: number, outputs: number, after: (b: GraphBuilder, y: Value) => Value = (_, y) => y): Model {
  const b = new GraphBuilder(21);
  const x = b.input('x', 'float32', [rows, WIDTH]);
  const y = b.op('Gemm', [x, b.initializer('weight', drawn('weight', [outputs, WIDTH])), b.initializer('bias', drawn('bias', [outputs]))], {
    transB: 1,
  });
  return b.model([after(b, y)]);
}

/** Writes a base and ten samples with labels. */
async function prepare(name: string, model: Model, labels: Tensor): Promise<void> {
  await saveModelFile(at(`${name}.onnx`), model);
  await writeSafetensorsFile(at(`${name}.safetensors`), Object.entries({ x: drawn('x', [10, WIDTH]), labels }));
}

const classes = int64([10], [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);

function specOf(name: string, task: 'tensor-classification' | 'tensor-regression', batchSize: number): Parameters<typeof train>[0]['spec'] {
  const training = { steps: 3, batchSize, optimizer: { name: 'sgd' as const, lr: 0.1 } };
  return {
    task,
    base: at(`${name}.onnx`),
    head: 'keep',
    data: { train: at(`${name}.safetensors`), test: at(`${name}.safetensors`) },
    recipe: 'full',
    training,
  };
}

describe('a bundle of tensors', () => {
  it('gives the probabilities of a model that ends with a softmax as they are', async () => {
    await prepare(
      'soft',
      linear(1, 3, (b, y) => b.op('Softmax', [y], { axis: 1 })),
      classes,
    );
    const { metrics } = await train({ spec: specOf('soft', 'tensor-classification', 5), out: at('soft') });
    const bundle = await loadBundle(at('soft'));
    expect(bundle.info.activation).toBe('probabilities');
    const [prediction] = await bundle.predict([{ x: drawn('x', [WIDTH]) }]);
    await bundle.close();
    const sum = prediction?.kind === 'class' ? Object.values(prediction.probabilities).reduce((a, b) => a + b) : 0;
    expect(sum).toBeCloseTo(1, 6);
    const evaluated = await evaluate({ target: at('soft') });
    for (const [name, { value }] of Object.entries(metrics['test'] ?? {})) expect(evaluated.metrics[name]?.value).toBeCloseTo(value, 5);
  });

  it('predicts values row by row', async () => {
    await prepare('values', linear(1, 2), drawn('labels', [10, 2]));
    await train({ spec: specOf('values', 'tensor-regression', 5), out: at('values') });
    const { predictions } = await predict({ bundle: at('values'), inputs: [at('values.safetensors')] });
    expect(predictions).toHaveLength(10);
    expect(predictions[9]).toEqual({
      input: `${at('values.safetensors')}, row 9`,
      values: { 'target 0': expect.any(Number) as number, 'target 1': expect.any(Number) as number },
    });
    expect((await evaluate({ target: at('values') })).confusion).toBeUndefined();
  });

  it('names the input that the data lacks, or that has another shape or type', async () => {
    const bundle = await loadBundle(at('values'));
    await expect(bundle.predict([{ y: drawn('y', [WIDTH]) }])).rejects.toMatchObject({
      code: 'DATA_INPUT_MISSING',
      values: { input: 'x', known: 'y' },
    });
    await expect(bundle.predict([{ x: drawn('x', [4]) }])).rejects.toMatchObject({ code: 'DATA_INPUT_SHAPE' });
    const wide = cast(drawn('x', [WIDTH]), 'float64');
    await expect(bundle.predict([{ x: wide }])).rejects.toMatchObject({ code: 'DATA_INPUT_TYPE', values: { input: 'x', expected: 'float32' } });
    await expect(bundle.predict(['x.png'])).rejects.toMatchObject({ code: 'TASK_CONTENT' });
    await bundle.close();
  });
});

describe('a base that takes batches of one size only', () => {
  /** Every sample is compared with the mean of its batch. */
  const mixing = (): Model => linear(5, 3, (b, y) => b.sub(y, b.reduceMean(y, [0])));

  it('says which, and why', async () => {
    await prepare('mixing', mixing(), classes);
    await expect(train({ spec: specOf('mixing', 'tensor-classification', 4), out: at('refused') })).rejects.toMatchObject({
      code: 'BATCH_FIXED',
      message: expect.stringMatching(/takes batches of exactly 5 samples, not of 4\..*no row for each sample/) as string,
      remedy: expect.stringContaining('Set training.batchSize to 5') as string,
    });
  });

  it('trains and predicts with that size', async () => {
    await prepare('mixing', mixing(), classes);
    await train({ spec: specOf('mixing', 'tensor-classification', 5), out: at('mixing') });
    const bundle = await loadBundle(at('mixing'));
    expect(bundle.info.inputs[0]?.dims).toEqual([5, WIDTH]);
    expect(await bundle.predict([{ x: drawn('x', [WIDTH]) }, { x: drawn('z', [WIDTH]) }])).toHaveLength(2);
    await bundle.close();
  });
});
