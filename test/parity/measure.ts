import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpecInput } from '../../src/app/spec/index.js';
import { train } from '../../src/app/workflow/index.node.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import { type Golden, goldenInputs, goldenModel, goldenTarget } from '../support/golden.js';

/** How training compares with PyTorch's in double precision. */
export interface LossDifference {
  /** The largest difference of a step's loss, as a share of training's own effect. */
  readonly share: number;
  /** Of the whole run: import, compilation, training, export. */
  readonly seconds: number;
}

/** Trains a golden model as a user would: a model file, a data file, a spec, and the losses of `metrics.jsonl`. */
export async function worstLoss(golden: Golden): Promise<LossDifference> {
  const folder = await mkdtemp(join(tmpdir(), 'regraft-parity-'));
  try {
    const spec = await writeCase(golden, folder);
    const began = performance.now();
    await train({ spec, out: join(folder, 'run') });
    const seconds = (performance.now() - began) / 1000;
    const losses = await stepLosses(join(folder, 'run'));
    if (losses.length !== golden.steps) throw new Error(`${losses.length} steps instead of ${golden.steps}`);
    const worst = Math.max(...losses.map((loss, i) => Math.abs(loss - (golden.losses[i] as number))));
    return { share: worst / golden.effect, seconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeCase(golden: Golden, folder: string): Promise<SpecInput> {
  const [base, data] = [join(folder, 'model.onnx'), join(folder, 'train.safetensors')];
  const labels = goldenTarget(golden);
  await saveModelFile(base, goldenModel(golden));
  await writeSafetensorsFile(data, Object.entries({ ...goldenInputs(golden), labels }));
  const optimizer = { weightDecay: 0, ...(golden.spec.training['optimizer'] as object) };
  const task = labels.type === 'int64' ? 'tensor-classification' : 'tensor-regression';
  return { ...golden.spec, task, base, data: { train: data }, training: { ...golden.spec.training, optimizer }, threads: 2 } as SpecInput;
}

async function stepLosses(run: string): Promise<number[]> {
  const lines = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  return lines.flatMap((line) => (JSON.parse(line) as { loss?: number }).loss ?? []);
}
