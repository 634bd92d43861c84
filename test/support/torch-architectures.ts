import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { StateDict } from '../../src/bases/importers/state-dict/index.js';
import { architectures } from '../../src/bases/importers/torch/architectures/index.js';
import { Network, type Value } from '../../src/bases/importers/torch-layers/index.js';
import { sizeOf } from '../../src/core/index.js';
import { generated, generatedStateDict } from './generated-weights.js';
import { runOnnx } from './ort.js';
import { differenceFrom, type Sample } from './sample.js';

/** What torchvision computed with a network, as bench/oracles/torch_architectures.py writes it. */
export interface ArchitectureCase {
  readonly side: number;
  readonly gain: number;
  readonly output: Sample;
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

interface Golden {
  readonly seed: number;
  readonly cases: Readonly<Record<string, ArchitectureCase>>;
  /** Narrow and shallow networks of some designs. */
  readonly narrow: Readonly<Record<string, ArchitectureCase>>;
}

const file = new URL('../torch/architectures.json.gz', import.meta.url);
const { seed, cases, narrow } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Golden;
export const architectureCases = cases;
export const narrowCases = narrow;

interface Layers {
  readonly net: Network;
  readonly outputs: Readonly<Record<string, Value>>;
}

export function parametersOf({ weights }: ArchitectureCase): number {
  return Object.values(weights).reduce((sum, dims) => sum + sizeOf(dims), 0);
}

/** Weights by name and shape, without numbers. */
export function shapesOf({ weights }: Pick<ArchitectureCase, 'weights'>): StateDict {
  const read = () => Promise.resolve({ type: 'float32', dims: [0], data: new Float32Array() } as const);
  return new Map(Object.entries(weights).map(([weight, dims]) => [weight, { type: 'float32', dims, read }]));
}

/** The layers that a network of torchvision makes of these weights. */
export function networkOf(name: string, side: number, weights: StateDict): Layers {
  const architecture = architectures[name];
  if (!architecture) throw new Error(`no architecture ${name}`);
  const net = new Network(weights);
  return { net, outputs: architecture.build(net, net.images([side, side])) };
}

/** The network of a golden case with the weights of the oracle. */
export function goldenNetwork(name: string, golden = architectureCases[name] as ArchitectureCase): Layers {
  return networkOf(name, golden.side, generatedStateDict(golden.weights, seed, golden.gain));
}

/** The largest difference of the first output from what torchvision computed, as a share of its largest value. */
export async function differenceFromTorchvision(name: string, golden = architectureCases[name] as ArchitectureCase): Promise<number> {
  const { net, outputs } = goldenNetwork(name, golden);
  const { model } = await net.finish(name, outputs);
  const found = await runOnnx(model, { images: generated(seed, 'images', [2, 3, golden.side, golden.side], -2, 2) });
  return differenceFrom(golden.output, found[model.graph.outputs[0]?.name ?? '']);
}
