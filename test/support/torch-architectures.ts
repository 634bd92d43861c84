import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
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

export function parametersOf({ weights }: ArchitectureCase): number {
  return Object.values(weights).reduce((sum, dims) => sum + sizeOf(dims), 0);
}

/** The network of a golden case with the weights of the oracle. */
export function goldenNetwork(
  name: string,
  golden = architectureCases[name],
): { readonly net: Network; readonly outputs: Readonly<Record<string, Value>> } {
  const architecture = architectures[name];
  if (!golden || !architecture) throw new Error(`no case ${name}`);
  const net = new Network(generatedStateDict(golden.weights, seed, golden.gain));
  return { net, outputs: architecture.build(net, net.images([golden.side, golden.side])) };
}

/** The largest difference of the first output from what torchvision computed, as a share of its largest value. */
export async function differenceFromTorchvision(name: string, golden = architectureCases[name] as ArchitectureCase): Promise<number> {
  const { net, outputs } = goldenNetwork(name, golden);
  const { model } = await net.finish(name, outputs);
  const found = await runOnnx(model, { images: generated(seed, 'images', [2, 3, golden.side, golden.side], -2, 2) });
  return differenceFrom(golden.output, found[model.graph.outputs[0]?.name ?? '']);
}
