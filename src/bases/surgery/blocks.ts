import type { Graph } from '../../engine/graph/index.js';
import { layerNames } from './layer-names.js';
import type { Parameter } from './parameters.js';

/**
 * Parameters by block, from the input to the output: what lies before the first numbered block (embeddings, a class token) is one block, and
 * each block with a matrix or kernel in it is one. A block of vectors alone, such as the normalisation behind the last layer of a transformer,
 * belongs to the block before it.
 */
export function parameterBlocks(graph: Graph, parameters: readonly Parameter[]): Parameter[][] {
  const layerOf = layerNames(graph, parameters);
  const layers = new Map(parameters.map(({ name, depth }) => [name, layerOf(graph.nodes[depth] as Graph['nodes'][number]) ?? name]));
  const blocks = blockNames([...layers.values()]);
  const byName = new Map<string, Parameter[]>();
  for (const parameter of parameters) {
    const block = blocks.get(layers.get(parameter.name) as string) as string;
    byName.set(block, [...(byName.get(block) ?? []), parameter]);
  }
  return joined([...byName]);
}

function joined(named: readonly (readonly [string, Parameter[]])[]): Parameter[][] {
  const stem = Math.max(
    0,
    named.findIndex(([name]) => /\d/.test(name)),
  );
  const blocks: Parameter[][] = stem > 0 ? [named.slice(0, stem).flatMap(([, members]) => members)] : [];
  for (const [, members] of named.slice(stem)) {
    const last = blocks.at(-1);
    if (last && members.every(({ dims }) => dims.length < 2)) last.push(...members);
    else blocks.push([...members]);
  }
  return blocks;
}

/**
 * The block of each layer: the part of its name up to the first that is numbered (`layer1` of `layer1.0.conv1`, `block_13` of
 * `block_13_expand`, `bert.encoder.layer.0` of `bert.encoder.layer.0.output.dense`). Where none is numbered, all but the last part, unless
 * other blocks lie below that (`encoder.norm` beside `encoder.layers.0`).
 */
export function blockNames(layers: readonly string[]): Map<string, string> {
  const numbered = new Map(layers.map((name) => [name, numberedPart(name)]));
  const blocks = [...numbered.values()].filter((name) => name !== undefined);
  return new Map(
    [...numbered].map(([name, block]) => {
      const parent = name.replace(/[./][^./]*$/, '');
      const isShared = blocks.some((other) => other.startsWith(`${parent}.`) || other.startsWith(`${parent}/`));
      return [name, block ?? (isShared ? name : parent)];
    }),
  );
}

function numberedPart(layer: string): string | undefined {
  const parts = layer.split(/([./])/);
  const at = parts.findIndex((part) => /\d/.test(part));
  if (at < 0) return undefined;
  const part = parts[at] as string;
  return parts.slice(0, at).join('') + (part.match(/^.*?\d(?=_|$)/)?.[0] ?? part);
}
