import { blockNames, type FreezeSpec, frozenBy, type Parameter } from '../../../bases/surgery/index.js';
import { RegraftError } from '../../../core/index.js';
import type { Graph } from '../../../engine/graph/index.js';
import { INPUT_LAYER, type Layer } from './layers.js';

/** Layers under one name, which `freeze: { until: NAME }` takes. */
export interface Block {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly tensors: number;
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** What freezing up to and with this block freezes; `undefined` where nothing of that name can be frozen. */
  readonly frozen: { readonly tensors: number; readonly parameters: number } | undefined;
}

/** The blocks of a model, shallow to deep. */
export function blocksOf(graph: Graph, parameters: readonly Parameter[], layers: readonly Layer[]): Block[] {
  const names = blockNames(layers.map(({ name }) => name));
  const byName = new Map<string, Layer[]>();
  for (const layer of layers) {
    const name = names.get(layer.name) as string;
    byName.set(name, [...(byName.get(name) ?? []), layer]);
  }
  const sizes = new Map(parameters.map(({ name, size }) => [name, size]));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return [...byName].map(([name, members]) => {
    const frozen = frozenUntil(name, (spec) => frozenBy(spec, graph, parameters));
    return {
      name,
      layers: members,
      tensors: sum(members.map(({ tensors }) => tensors)),
      parameters: sum(members.map((layer) => layer.parameters)),
      multiplyAdds: sum(members.map(({ multiplyAdds }) => multiplyAdds)),
      frozen: frozen && { tensors: frozen.size, parameters: sum([...frozen].map((parameter) => sizes.get(parameter) ?? 0)) },
    };
  });
}

function frozenUntil(name: string, frozen: (spec: FreezeSpec) => Set<string>): Set<string> | undefined {
  if (name === INPUT_LAYER) return undefined;
  try {
    return frozen({ kind: 'until', name });
  } catch (error) {
    if (error instanceof RegraftError && error.code === 'FREEZE_NO_MATCH') return undefined;
    throw error;
  }
}
