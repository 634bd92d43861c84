import type { Kind } from '../job.js';
import { pathTo } from '../paths.js';
import { installPeer } from './peers.js';
import { findPython } from './python.js';

export type EngineName = 'regraft' | 'command-line' | 'onnxruntime' | 'torch-classic' | 'torch-modern' | 'tfjs-wasm' | 'jax-js';

/** How to start a process of an engine, or why there is none. */
export type Start = { readonly command: string; readonly args: readonly string[] } | { readonly absent: string };

export interface Engine {
  readonly title: string;
  readonly kinds: readonly Kind[];
  /** Threads it can use. */
  readonly maxThreads: number;
  /** Finds, or installs, what it needs. */
  start(): Start;
}

function node(file: string): Start {
  return { command: process.execPath, args: ['--import', 'tsx', pathTo(`bench/engines/${file}`)] };
}

function torch(which: 'CLASSIC' | 'MODERN'): Start {
  const found = findPython(which);
  return 'absent' in found ? found : { command: found.command, args: [pathTo('bench/engines/pytorch.py')] };
}

function peer(file: string, packages: Readonly<Record<string, string>>): Start {
  return installPeer(packages) ?? node(file);
}

const ANY = Number.POSITIVE_INFINITY;

/** The engines; one row and one file add one. */
export const engines: Readonly<Record<EngineName, Engine>> = {
  regraft: { title: 'Regraft', kinds: ['train', 'compile', 'predict', 'head'], maxThreads: ANY, start: () => node('regraft.ts') },
  'command-line': { title: 'Regraft, command line', kinds: ['help'], maxThreads: 1, start: () => node('help.ts') },
  onnxruntime: { title: 'ONNX Runtime', kinds: ['predict'], maxThreads: ANY, start: () => node('ort.ts') },
  'torch-classic': { title: 'PyTorch 1', kinds: ['train', 'predict', 'head'], maxThreads: ANY, start: () => torch('CLASSIC') },
  'torch-modern': { title: 'PyTorch 2', kinds: ['train', 'predict', 'head'], maxThreads: ANY, start: () => torch('MODERN') },
  'tfjs-wasm': {
    title: 'TensorFlow.js, WebAssembly',
    kinds: ['predict', 'head'],
    maxThreads: 1,
    start: () => peer('tfjs.ts', { '@tensorflow/tfjs': '4.22.0', '@tensorflow/tfjs-backend-wasm': '4.22.0' }),
  },
  'jax-js': {
    title: 'jax-js, WebAssembly',
    kinds: ['predict', 'head'],
    maxThreads: 1,
    start: () => peer('jax-js.ts', { '@jax-js/jax': '0.1.25' }),
  },
};
