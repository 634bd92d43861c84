import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { cast, float32, type Tensor } from '../../src/core/index.js';
import { attributes, type Model } from '../../src/engine/graph/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import { cli } from '../support/cli.js';
import { node } from '../support/graph.js';
import { program } from '../support/program.js';
import { drawShapes } from '../support/shapes.js';
import { tinyBase } from '../support/tiny-base.js';

let folder = '';

const images = {
  task: 'image-classification',
  base: { uri: './base.onnx', preprocessing: { size: [32, 32] } },
  data: { train: './shapes' },
  recipe: 'full',
  training: { epochs: 1, batchSize: 6, optimizer: { name: 'sgd', lr: 0.01 } },
};

const tensors = {
  task: 'tensor-classification',
  base: './base.onnx',
  head: 'keep',
  data: { train: './data.safetensors' },
  recipe: 'full',
  training: { steps: 3, batchSize: 4, optimizer: { name: 'sgd', lr: 0.01 } },
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regraft-failures-'));
  await drawShapes(join(folder, 'shapes'), 6);
  await saveModelFile(join(folder, 'base.onnx'), tinyBase());
  await writeData('data', { image: pictures(8) }, [0, 1, 2, 3, 4, 0, 1, 2]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function pictures(count: number, size = 32): Tensor {
  return float32(
    [count, 3, size, size],
    Float32Array.from({ length: count * 3 * size * size }, (_, i) => Math.sin(i)),
  );
}

async function writeData(name: string, inputs: Readonly<Record<string, Tensor>>, labels: readonly number[]): Promise<void> {
  const target = { type: 'int64' as const, dims: [labels.length], data: BigInt64Array.from(labels, BigInt) };
  await writeSafetensorsFile(join(folder, `${name}.safetensors`), Object.entries({ ...inputs, labels: target }));
}

let runs = 0;

/** Trains what a spec says, which is part of a file in the folder of the test data. */
async function train(spec: object): Promise<Awaited<ReturnType<typeof program>> & { readonly run: string }> {
  const [file, run] = [join(folder, `spec-${runs}.yaml`), join(folder, `run-${runs++}`)];
  writeFileSync(file, stringify(spec));
  return { ...(await program('train', file, '--out', run)), run };
}

/** Trains and expects an error, and nothing that looks like a finished run. */
async function failing(
  spec: object,
  code: 1 | 2,
  error: { readonly code: string; readonly message: readonly string[]; readonly remedy?: string },
): Promise<void> {
  const { run, ...outcome } = await train(spec);
  expect(outcome).toMatchObject({ code, document: { error: { code: error.code } } });
  const { message, remedy } = (outcome.document as { readonly error: { readonly message: string; readonly remedy: string } }).error;
  for (const part of error.message) expect(message).toContain(part);
  expect(remedy).toContain(error.remedy ?? '');
  expect(existsSync(join(run, 'bundle'))).toBe(false);
  expect(existsSync(join(run, 'report.html'))).toBe(false);
}

describe('images that cannot be decoded', () => {
  function damaged(count: number): string {
    const data = join(folder, `damaged-${count}`);
    cpSync(join(folder, 'shapes'), data, { recursive: true });
    const files = ['circle', 'cross', 'square'].flatMap((label) => readdirSync(join(data, label)).map((name) => join(data, label, name)));
    for (const file of files.slice(0, count)) writeFileSync(file, readFileSync(file).subarray(0, 60));
    return data;
  }

  it.each(['full', 'feature-extraction', 'linear-probe'])('are left out and counted: %s', async (recipe) => {
    const { code, document, notes, run } = await train({ ...images, recipe, data: { train: damaged(2) } });
    expect(notes).toContain('circle/00.png');
    expect({ code, document }).toMatchObject({ code: 0, document: { done: true, skipped: 2 } });
    const { skipped } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { skipped: { id: string }[] };
    expect(skipped.map(({ id }) => id).sort()).toEqual(['circle/00.png', 'circle/01.png']);
  });

  it('and files of other kinds are noted once', async () => {
    const data = join(folder, 'mixed');
    cpSync(join(folder, 'shapes'), data, { recursive: true });
    for (const name of ['scan.tiff', 'read-me.txt']) writeFileSync(join(data, 'cross', name), 'x');
    const { code, notes } = await train({ ...images, data: { train: './mixed', validation: 0.34 } });
    expect(code).toBe(0);
    expect(notes).toContain('mixed, as not an image Regraft reads: cross/read-me.txt and 1 more.\n');
    expect(notes.match(/Left aside/g)).toHaveLength(1);
  });

  it('are counted in held-out data, too', async () => {
    const { document, notes } = await train({ ...images, data: { train: './shapes', validation: damaged(2), test: damaged(3) } });
    expect(document).toMatchObject({ done: true, skipped: 5 });
    expect(notes.match(/left out/g)).toHaveLength(5);
  });

  it('are an error when they are too many', async () => {
    const data = { train: damaged(5) };
    await failing({ ...images, data }, 1, { code: 'DATA_TOO_MANY_SKIPPED', message: ['of 18 samples', '20%', 'circle'] });
  });

  it('are an error when no sample is left in a part of the data', async () => {
    const data = { train: damaged(18), validation: './shapes', maxSkippedShare: 1 };
    await failing({ ...images, data, recipe: 'scratch', training: { ...images.training, epochs: 1 } }, 1, {
      code: 'DATA_EMPTY',
      message: ['damaged-18'],
    });
  });
});

describe('a model that cannot be trained', () => {
  it('cut short', async () => {
    const bytes = readFileSync(join(folder, 'base.onnx'));
    writeFileSync(join(folder, 'short.onnx'), bytes.subarray(0, bytes.length / 2));
    await failing({ ...tensors, base: './short.onnx' }, 1, { code: 'ONNX_TRUNCATED', message: ['short.onnx'] });
  });

  it('with an operator of another domain', async () => {
    await saveModelFile(join(folder, 'custom.onnx'), withFirst({ op: 'Sharpen', domain: 'com.example' }));
    await failing({ ...tensors, base: './custom.onnx' }, 1, { code: 'GRAPH_UNKNOWN_OP', message: ['Sharpen', 'com.example', 'first'] });
  });

  it('with a standard operator that has no gradient', async () => {
    await saveModelFile(join(folder, 'det.onnx'), withDeterminant());
    const message = ['Det', 'determinant', 'block0.conv.weight'];
    await failing({ ...tensors, base: './det.onnx' }, 1, { code: 'AUTODIFF_NO_RULE', message });
  });
});

/** The base with its first node turned into another operator. */
function withFirst(change: { readonly op: string; readonly domain: string }): Model {
  const model = tinyBase();
  const [first, ...nodes] = model.graph.nodes;
  if (first === undefined) throw new Error('the base has nodes');
  const opsets = new Map([...model.opsets, [change.domain, 1]]);
  return { ...model, opsets, graph: { ...model.graph, nodes: [{ ...first, ...change, name: 'first', attributes: attributes({}) }, ...nodes] } };
}

/** The base with its logits times the determinant of a square of channels. */
function withDeterminant(): Model {
  const { graph, ...model } = tinyBase();
  const logits = graph.outputs[0]?.name ?? '';
  const features = graph.nodes.find(({ op }) => op === 'Flatten')?.outputs[0] ?? '';
  const shape = { type: 'int64' as const, dims: [3], data: BigInt64Array.of(-1n, 4n, 4n) };
  const added = [
    node('Reshape', [features, 'square.shape'], ['square']),
    node('Det', ['square'], ['determinant']),
    node('Unsqueeze', ['determinant', 'square.axes'], ['column']),
    node('Mul', [logits, 'column'], ['scaled']),
  ];
  const axes = { type: 'int64' as const, dims: [1], data: BigInt64Array.of(1n) };
  const initializers = new Map([...graph.initializers, ['square.shape', shape], ['square.axes', axes]]);
  const outputs = [{ name: 'scaled', type: { kind: 'tensor' as const, type: 'float32' as const, dims: [null, 5] } }];
  return { ...model, graph: { ...graph, nodes: [...graph.nodes, ...added], initializers, outputs } };
}

describe('data that does not fit', () => {
  it('an input is missing', async () => {
    await writeData('other', { picture: pictures(8) }, [0, 1, 2, 3, 4, 0, 1, 2]);
    await failing({ ...tensors, data: { train: './other.safetensors' } }, 1, { code: 'DATA_INPUT_MISSING', message: ['"image"', 'picture'] });
  });

  it('a wrong shape', async () => {
    await writeData('large', { image: pictures(8, 40) }, [0, 1, 2, 3, 4, 0, 1, 2]);
    const message = ['"image"', '3×32×32', '3×40×40'];
    await failing({ ...tensors, data: { train: './large.safetensors' } }, 1, { code: 'DATA_INPUT_SHAPE', message });
  });

  it('a wrong element type', async () => {
    await writeData('wide', { image: cast(pictures(8), 'float64') }, [0, 1, 2, 3, 4, 0, 1, 2]);
    const message = ['"image"', 'float32', 'float64'];
    await failing({ ...tensors, data: { train: './wide.safetensors' } }, 1, { code: 'DATA_INPUT_TYPE', message });
  });

  it('is of another kind than the task takes', async () => {
    const task = 'tensor-classification';
    await failing({ ...images, task }, 2, { code: 'TASK_CONTENT', message: [task, 'tensors', 'shapes', 'image'] });
    await failing({ ...images, data: tensors.data }, 2, { code: 'TASK_CONTENT', message: [images.task, 'data.safetensors', 'tensors'] });
  });

  it('has labels of another kind than the task takes, and the process ends', async () => {
    const file = join(folder, 'other-labels.yaml');
    writeFileSync(file, stringify({ ...tensors, head: 'linear', task: 'tensor-regression' }));
    const { code, err } = await cli(['train', file, '--out', join(folder, 'other-labels')]);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('tensor-regression takes labels of kind values') as string });
  });

  it('labels beyond the outputs of a kept head', async () => {
    await writeData('many', { image: pictures(8) }, [0, 1, 2, 3, 4, 5, 6, 7]);
    await failing({ ...tensors, data: { train: './many.safetensors' } }, 1, { code: 'HEAD_KEEP_CLASSES', message: ['5 outputs', '8 classes'] });
  });

  it('tensors that the model does not take are passed over', async () => {
    await writeData('extra', { image: pictures(8), weight: float32([8], new Float32Array(8)) }, [0, 1, 2, 3, 4, 0, 1, 2]);
    expect(await train({ ...tensors, data: { train: './extra.safetensors' } })).toMatchObject({ code: 0 });
    expect(await train({ ...tensors, data: { train: './extra.safetensors' }, freeze: { until: 'block0' } })).toMatchObject({ code: 0 });
  });

  it('a held-out class that training lacks', async () => {
    cpSync(join(folder, 'shapes'), join(folder, 'two'), { recursive: true });
    rmSync(join(folder, 'two', 'cross'), { recursive: true });
    const data = { train: './two', test: './shapes' };
    await failing({ ...images, data }, 2, { code: 'DATA_LABEL_UNKNOWN', message: ['"cross"', 'circle, square', 'shapes'] });
  });

  it('a class that the held-out data lacks is noted', async () => {
    const { code, notes } = await train({ ...images, data: { train: './shapes', test: './two' } });
    expect(code).toBe(0);
    expect(notes).toContain('The test data has no sample of "cross".');
  });

  it('one class only', async () => {
    cpSync(join(folder, 'shapes', 'cross'), join(folder, 'one', 'cross'), { recursive: true });
    await failing({ ...images, data: { train: './one' } }, 1, { code: 'DATA_ONE_CLASS', message: ['one', '"cross"'] });
  });

  it('a class too small to be divided', async () => {
    const data = join(folder, 'rare');
    cpSync(join(folder, 'shapes'), data, { recursive: true });
    mkdirSync(join(data, 'rare'));
    cpSync(join(data, 'cross', '00.png'), join(data, 'rare', '00.png'));
    await failing({ ...images, data: { train: './rare', validation: 0.2 } }, 1, { code: 'DATA_CLASS_TOO_SMALL', message: ['"rare"', '1 samples'] });
  });
});

it('a later phase that freezes or groups nothing, before the first one runs', async () => {
  const spec = { ...images, recipe: 'fine-tune' };
  await failing({ ...spec, freeze: { until: 'blok' } }, 2, { code: 'FREEZE_NO_MATCH', message: ['"blok"'] });
  await failing({ ...spec, groups: [{ match: 'blok', lr: 1 }] }, 2, { code: 'GROUP_NO_MATCH', message: ['/blok/'] });
  expect((await train({ ...spec, freeze: { until: 'blok' } })).notes).toBe('');
  await failing({ ...images, recipe: 'feature-extraction', head: 'keep' }, 2, { code: 'TRAIN_NOTHING', message: ['frozen'] });
});

it('rows with NaN are left out and counted, in held-out data, too', async () => {
  const partial = pictures(8);
  partial.data[0] = Number.NaN;
  await writeData('partial', { image: partial }, [0, 1, 2, 3, 4, 0, 1, 2]);
  const { code, document, notes, run } = await train({ ...tensors, data: { train: './data.safetensors', test: './partial.safetensors' } });
  expect({ code, document }).toMatchObject({ code: 0, document: { skipped: 1 } });
  expect(notes).toContain('has NaN in "image"');
  expect(await program('predict', run, join(folder, 'data.safetensors'))).toMatchObject({ code: 0 });
  const labels = float32([8, 1], [0, 1, 2, Number.NaN, 4, 5, 6, 7]);
  await writeSafetensorsFile(join(folder, 'partial-labels.safetensors'), Object.entries({ image: pictures(8), labels }));
  const regression = { ...tensors, task: 'tensor-regression', head: 'linear', data: { train: './partial-labels.safetensors' } };
  await failing(regression, 1, { code: 'DATA_NOT_A_NUMBER', message: ['Row 3', '"labels"'] });
});

describe('the folder of a run', () => {
  it('is as it was where the run cannot begin', async () => {
    const run = join(folder, 'mistaken');
    const spec = join(folder, 'mistaken.yaml');
    writeFileSync(spec, stringify({ ...images, freeze: { until: 'blok' } }));
    expect(await program('train', spec, '--out', run)).toMatchObject({ code: 2, document: { error: { code: 'FREEZE_NO_MATCH' } } });
    expect(existsSync(run)).toBe(false);
    mkdirSync(run);
    writeFileSync(join(run, 'notes.txt'), 'mine');
    expect(await program('train', spec, '--out', run)).toMatchObject({ code: 2 });
    expect(readdirSync(run)).toEqual(['notes.txt']);
    expect(await program('train', spec, '--out', run, '--set', 'freeze=none')).toMatchObject({ code: 0 });
  });

  it.each(['scratch', 'bundle'])('is not taken from others who have a folder "%s" in it', async (name) => {
    const run = join(folder, `with-${name}`);
    mkdirSync(join(run, name), { recursive: true });
    writeFileSync(join(run, name, 'thesis.txt'), 'mine');
    const spec = join(folder, 'taken.yaml');
    writeFileSync(spec, stringify(images));
    expect(await program('train', spec, '--out', run)).toMatchObject({ code: 2, document: { error: { code: 'RUN_PATH_TAKEN' } } });
    expect(readFileSync(join(run, name, 'thesis.txt'), 'utf8')).toBe('mine');
    expect(await program('train', spec, '--out', spec)).toMatchObject({ code: 2, document: { error: { code: 'RUN_PATH_TAKEN' } } });
  });
});

it('a record of a run that is damaged, or whose spec was changed into none', async () => {
  const { run } = await train(images);
  const file = join(run, 'run.json');
  const whole = readFileSync(file, 'utf8');
  const refused = async (text: string, code: string): Promise<void> => {
    writeFileSync(file, text);
    expect(await program('train', '--resume', run)).toMatchObject({
      document: { error: { code, message: expect.stringContaining('run.json') as string } },
    });
    expect(await program('evaluate', run)).toMatchObject({ document: { error: { code } } });
  };
  await refused(whole.slice(0, 100), 'RUN_BROKEN');
  await refused('{}', 'RUN_BROKEN');
  await refused(whole.replace('"batchSize": 6', '"batchSize": 0'), 'SPEC_INVALID');
});

it('a base that is a folder of several models, or of none', async () => {
  mkdirSync(join(folder, 'several'));
  for (const name of ['a.onnx', 'b.onnx']) cpSync(join(folder, 'base.onnx'), join(folder, 'several', name));
  await failing({ ...images, base: './several' }, 2, { code: 'IMPORT_AMBIGUOUS', message: ['a.onnx, b.onnx'] });
  await failing({ ...images, base: './shapes' }, 2, { code: 'IMPORT_FORMAT_UNKNOWN', message: ['circle/00.png'] });
});

it('a place that cannot be written to is named, and why', async () => {
  const spec = join(folder, 'no', 'such', 'folder.yaml');
  const message = `Cannot write "${spec}": there is no such file or folder. Nothing was left under that name.`;
  expect(await program('init', join(folder, 'shapes'), '--out', spec)).toMatchObject({ code: 1, document: { error: { message } } });
});

it('a key that the spec does not know', async () => {
  const training = { ...images.training, learningRate: 0.1, batchsize: 4 };
  const line = (spec: object, key: string): string => `line ${stringify(spec).slice(0, stringify(spec).indexOf(key)).split('\n').length}:`;
  const unknown = { ...images, training };
  await failing(unknown, 2, { code: 'SPEC_UNKNOWN_KEY', message: [line(unknown, 'learningRate'), '"learningRate" in training'] });
  const misspelt = { ...images, training: { epochs: 1, batchsize: 4 } };
  await failing(misspelt, 2, { code: 'SPEC_UNKNOWN_KEY', message: [line(misspelt, 'batchsize'), '"batchsize"', 'Did you mean "batchSize"?'] });
});

describe('training that diverges', () => {
  it('by a large learning rate', async () => {
    const optimizer = { name: 'sgd', lr: 1e12 };
    const remedy = 'learning rate (it was 1.00e+12; try 1e+11)';
    await failing({ ...tensors, training: { ...tensors.training, optimizer, schedule: 'constant' } }, 1, {
      code: 'TRAIN_DIVERGED',
      message: ['step 2', 'BatchNormalization_'],
      remedy,
    });
  });

  it('by data that is not finite', async () => {
    const broken = pictures(8);
    broken.data[0] = Number.POSITIVE_INFINITY;
    await writeData('broken', { image: broken }, [0, 1, 2, 3, 4, 0, 1, 2]);
    const data = { train: './broken.safetensors' };
    await failing({ ...tensors, data, training: { ...tensors.training, shuffle: false } }, 1, {
      code: 'TRAIN_DIVERGED',
      message: ['step 1', 'BatchNormalization_0'],
    });
  });

  it('at the last step, which no later loss would show', async () => {
    const training = { steps: 1, batchSize: 4, optimizer: { name: 'sgd', lr: 1e38, weightDecay: 10 }, schedule: 'constant' };
    await failing({ ...tensors, training }, 1, { code: 'TRAIN_WEIGHTS', message: ['step 1', 'block'] });
  });
});

describe('a worker that ends', () => {
  /**
   * Ends the worker as the system would, in place of the n-th call of a method: a worker that is ended inside ONNX Runtime takes the process with
   * it, which no code of ours can prevent.
   */
  const sabotage = (method: string, call: number, how: string) => `
    const { Worker } = require('node:worker_threads');
    const post = Worker.prototype.postMessage;
    let calls = 0;
    Worker.prototype.postMessage = function (...all) {
      if (all[0].method === '${method}' && ++calls === ${call}) { ${how} this.terminate(); }
      else post.apply(this, all);
    };`;

  it.each([
    ['between calls', 'put', 1, '', 'it was closed'],
    ['while it trains', 'step', 2, `this.emit('error', new Error('Worker terminated due to reaching memory limit'));`, 'memory limit'],
  ])('%s', { timeout: 30_000 }, async (_, method, call, how, reason) => {
    const [file, spec, run] = [join(folder, `sabotage-${method}.cjs`), join(folder, 'worker.yaml'), join(folder, `worker-${method}`)];
    writeFileSync(file, sabotage(method, call, how));
    writeFileSync(spec, stringify(tensors));
    const { code, out } = await cli(['train', spec, '--out', run, '--json'], { nodeOptions: ['--require', file] });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'RUNTIME_WORKER_GONE', message: expect.stringContaining(reason) } });
    expect(existsSync(join(run, 'bundle'))).toBe(false);
  });
});
