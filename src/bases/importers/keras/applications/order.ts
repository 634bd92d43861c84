import type { LayerSpec } from '../../keras-layers/index.js';

/**
 * The layers in the order in which Keras keeps, counts and saves them: those furthest from the output first; those equally far as one meets them
 * on the way back from the output. Every layer is called once.
 * Source: keras/src/ops/function.py
 */
export function inKerasOrder(layers: ReadonlyMap<string, LayerSpec>, output: string): LayerSpec[] {
  const { met, finished } = walkBack(layers, output);
  const depths = new Map<string, number>();
  for (const name of [...finished].reverse()) {
    const depth = depths.get(name) ?? 0;
    depths.set(name, depth);
    for (const input of inputsOf(layers.get(name))) depths.set(input, Math.max(depth + 1, depths.get(input) ?? 0));
  }
  const depthOf = (name: string): number => depths.get(name) ?? 0;
  return met.sort((a, b) => depthOf(b) - depthOf(a)).flatMap((name) => layers.get(name) ?? []);
}

/** The layers in the order in which one meets them on the way back, and each after its inputs. */
function walkBack(layers: ReadonlyMap<string, LayerSpec>, output: string): { readonly met: string[]; readonly finished: ReadonlySet<string> } {
  const met = new Set<string>();
  const finished = new Set<string>();
  const visit = (name: string): void => {
    if (met.has(name)) return;
    met.add(name);
    for (const input of inputsOf(layers.get(name))) visit(input);
    finished.add(name);
  };
  visit(output);
  return { met: [...met], finished };
}

function inputsOf(layer: LayerSpec | undefined): string[] {
  return (layer?.calls.flat() ?? []).flatMap((operand) => (typeof operand === 'number' ? [] : [operand.layer]));
}
