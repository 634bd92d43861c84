import { filled } from './draw.js';
import type { GraphEdit } from './edit.js';
import type { Layer, Use } from './layers.js';
import type { Method } from './method.js';
import type { Ia3Spec } from './spec.js';
import { chosen, FEED_FORWARD, isNamed, KEY_AND_VALUE } from './targets.js';

/** A vector of ones multiplies what a layer gives, its bias included, or what a feed-forward layer reads. */
export const ia3: Method<Ia3Spec> = {
  add: (edit, spec, { layers }) => {
    const possible = layers.filter(({ kind }) => kind !== 'embedding');
    for (const layer of chosen(spec.targets, possible, [...KEY_AND_VALUE, ...FEED_FORWARD])) {
      const atInput = readsScaled(layer, spec);
      const vector = addVector(edit, layer, atInput);
      for (const use of layer.uses) {
        if (atInput) scaleInput(edit, layer, use, vector);
        else edit.give({ after: use.result.node }, 'Mul', [edit.takeOver(use.result.node, use.result.value), vector], use.result.value);
      }
    }
  },
  fold: (layer, spec, read, has) => {
    const name = vectorName(layer);
    if (!has(name)) return undefined;
    const vector = read(name);
    const weight = read(layer.weight);
    const atInput = readsScaled(layer, spec);
    const scaled = weight.map((value, at) => value * (vector[atInput ? inputOf(layer, weight.length, at) : outputOf(layer, weight.length, at)] ?? 0));
    const bias = layer.uses.find((use) => use.bias !== undefined)?.bias;
    if (atInput || bias === undefined) return { weight: scaled };
    return { weight: scaled, bias: read(bias).map((value, at) => value * (vector[at] ?? 0)) };
  },
};

/** Whether a layer is multiplied at its input. */
export function readsScaled(layer: Layer, { feedForward }: Ia3Spec): boolean {
  return isNamed(layer, feedForward === 'auto' ? FEED_FORWARD : feedForward);
}

function vectorName({ name }: Layer): string {
  return `${name}.ia3_l`;
}

/** `[width]`, which a file has as `[out, 1]` or `[1, in]`; of a convolution `[channels, 1, …]` and `[1, channels, 1, …]`. */
function addVector(edit: GraphEdit, layer: Layer, atInput: boolean): string {
  const width = atInput ? layer.from : layer.to;
  const dims = [width, ...layer.kernel.map(() => 1)];
  const kept = layer.kind === 'convolution' ? [1, ...dims] : atInput ? [1, width] : [width, 1];
  return edit.parameter(vectorName(layer), filled(dims, 1), { dims: kept });
}

function scaleInput(edit: GraphEdit, { name }: Layer, { node, input }: Use, vector: string): void {
  edit.redirect(node, input, edit.node({ before: node }, 'Mul', [input, vector], `${name}/ia3`));
}

function outputOf({ outFirst, to }: Layer, size: number, at: number): number {
  return outFirst ? Math.floor(at / (size / to)) : at % to;
}

function inputOf({ outFirst, from, to, kernel }: Layer, size: number, at: number): number {
  const inner = kernel.reduce((product, side) => product * side, 1);
  return outFirst ? Math.floor((at % (size / to)) / inner) % from : Math.floor(at / to);
}
