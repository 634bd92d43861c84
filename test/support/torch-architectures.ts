import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { StateDict } from '../../src/bases/importers/state-dict/index.js';
import { architectures } from '../../src/bases/importers/torch/architectures/index.js';
import { Network, type Value } from '../../src/bases/importers/torch-layers/index.js';
import { sizeOf, type Tensor } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { generated, generatedStateDict, generatedWeight } from './generated-weights.js';
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
  readonly torchvision: string;
  readonly seed: number;
  readonly cases: Readonly<Record<string, ArchitectureCase>>;
  /** Narrow and shallow networks of some designs. */
  readonly narrow: Readonly<Record<string, ArchitectureCase>>;
}

const file = new URL('../torch/architectures.json.gz', import.meta.url);
const { torchvision, seed, cases, narrow } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Golden;
export const architectureCases = cases;
export const narrowCases = narrow;
export const torchvisionVersion = torchvision.replace(/[a+].*/, '');

interface Layers {
  readonly net: Network;
  readonly outputs: Readonly<Record<string, Value>>;
}

export function parametersOf({ weights }: ArchitectureCase): number {
  return Object.values(weights).reduce((sum, dims) => sum + sizeOf(dims), 0);
}

/** The weights of the oracle. */
export function tensorsOf({ weights, gain }: ArchitectureCase): [name: string, tensor: Tensor][] {
  return Object.entries(weights).map(([name, dims]) => [name, generatedWeight(seed, name, dims, gain)]);
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

/** The two images that the oracle gave it. */
export function goldenImages({ side }: ArchitectureCase): { readonly images: Tensor } {
  return { images: generated(seed, 'images', [2, 3, side, side], -2, 2) };
}

/** The largest difference of the first output from what torchvision computed, as a share of its largest value. */
export async function differenceOf(model: Model, golden: ArchitectureCase): Promise<number> {
  const found = await runOnnx(model, goldenImages(golden));
  return differenceFrom(golden.output, found[model.graph.outputs[0]?.name ?? '']);
}

/** The same of the network that {@link goldenNetwork} builds. */
export async function differenceFromTorchvision(name: string, golden = architectureCases[name] as ArchitectureCase): Promise<number> {
  const { net, outputs } = goldenNetwork(name, golden);
  return differenceOf((await net.finish(name, outputs)).model, golden);
}
