import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { anyPython } from './engines/python.js';
import type { NetworkWork } from './job.js';
import { MODELS, pathTo } from './paths.js';

export const SEED = 1;

export interface ModelFiles {
  readonly model: string;
  readonly weights: string;
}

/** The network of some work as ONNX and as weights for PyTorch, exported when first asked for; or why that cannot be. */
export function modelFiles(work: NetworkWork, tiny: boolean): ModelFiles | { readonly absent: string } {
  const base = join(MODELS, `${work.network}${tiny ? '-tiny' : ''}`);
  const files = { model: `${base}.onnx`, weights: `${base}.pt` };
  if (existsSync(files.model) && existsSync(files.weights)) return files;
  const python = anyPython();
  if ('absent' in python) return python;
  mkdirSync(MODELS, { recursive: true });
  const job = { network: work.network, inputs: work.inputs, seed: SEED, tiny, ...files };
  const { status, stderr } = spawnSync(python.command, [pathTo('bench/export.py'), JSON.stringify(job)], { encoding: 'utf8' });
  return status === 0 ? files : { absent: `the export failed: ${stderr.trim().split('\n').at(-1)}` };
}
