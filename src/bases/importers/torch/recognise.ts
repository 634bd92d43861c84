import { RegraftError } from '../../../core/index.js';
import type { StateDict } from '../state-dict/index.js';
import { Network } from '../torch-layers/index.js';
import { type Architecture, architectures } from './architectures/index.js';

/**
 * The network that weights are of, by their names and shapes; `undefined` where none fits, or several that compute something else: a ViT with twelve heads has
 * the weights of one with sixteen.
 */
export function recognised(weights: StateDict): string | undefined {
  const [first, ...others] = fittingNetworks(weights);
  return first !== undefined && others.every((name) => architectures[name] === architectures[first]) ? first : undefined;
}

/** The networks that find each of their layers in the weights, and leave none over. */
export function fittingNetworks(weights: StateDict): string[] {
  return Object.entries(architectures).flatMap(([name, architecture]) => (fits(architecture, weights) ? [name] : []));
}

function fits(architecture: Architecture, weights: StateDict): boolean {
  const net = new Network(weights);
  try {
    const side = architecture.sizeOf?.(net) ?? architecture.size;
    architecture.build(net, net.images([side, side]));
    return net.unused.every((weight) => isLeftOut(architecture, weight));
  } catch (error) {
    if (error instanceof RegraftError) return false;
    throw error;
  }
}

/** Whether a network does without a weight of its file. */
export function isLeftOut({ unneeded }: Architecture, weight: string): boolean {
  return /(?:^|\.)num_batches_tracked$/.test(weight) || (unneeded?.test(weight) ?? false);
}
