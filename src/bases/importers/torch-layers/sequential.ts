import { type ConvOptions, conv } from './convolution.js';
import type { Value } from './network.js';

/** What a layer makes of `x`; `name` is where its weights lie. */
export type Layer = (x: Value, name: string) => Value;

/** `Sequential`: one layer after the other, whose weights and values are named by their place: `features.0`, `features.1`. */
export function sequential(x: Value, name: string, layers: readonly Layer[]): Value {
  return layers.reduce((input, layer, place) => {
    const at = `${name}.${place}`;
    const output = layer(input, at);
    return output === input || output.name === at ? output : x.net.rename(output, at);
  }, x);
}

/** A convolution as a layer of `Sequential`. */
export function convLayer(options: ConvOptions = {}): Layer {
  return (x, name) => conv(x, name, options);
}

/** Dropout, which is without effect where a network is not trained. */
export const dropout: Layer = (x) => x;
