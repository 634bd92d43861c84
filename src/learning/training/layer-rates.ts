import { type Parameter, parameterBlocks } from '../../bases/surgery/index.js';
import type { Graph } from '../../engine/graph/index.js';
import type { SlowBase } from './phase.js';

/**
 * The factor on the rate of each parameter: `factor · layerDecay^depth`, where depth counts blocks from the output: the head has none, the last
 * block of the base 1, or 0 where there is no new head.
 */
export function layerRates(graph: Graph, parameters: readonly Parameter[], slow: SlowBase | undefined): (name: string) => number {
  if (slow === undefined) return () => 1;
  const { except, factor, layerDecay = 1 } = slow;
  const base = parameters.filter(({ name }) => !except.includes(name));
  const blocks = layerDecay === 1 ? [] : parameterBlocks(graph, base).reverse();
  const first = except.length > 0 ? 1 : 0;
  const depths = new Map(blocks.flatMap((block, index) => block.map(({ name }) => [name, index + first] as const)));
  return (name) => (except.includes(name) ? 1 : factor * layerDecay ** (depths.get(name) ?? 0));
}
