import { sizeOf } from '../../../core/index.js';
import { attribute } from '../../../engine/graph/index.js';
import { filled, normal, uniform } from './draw.js';
import type { GraphEdit } from './edit.js';
import type { Layer, Use } from './layers.js';
import type { Read } from './method.js';
import { type DoraSpec, type LoraSpec, scaling } from './spec.js';

/** Names of the two factors of a layer. */
export function factorNames({ name, kind }: Layer): { readonly a: string; readonly b: string } {
  return kind === 'embedding'
    ? { a: `${name}.lora_embedding_A`, b: `${name}.lora_embedding_B` }
    : { a: `${name}.lora_A.weight`, b: `${name}.lora_B.weight` };
}

/**
 * The factors of a layer's update, which is nothing at first. Linear: A `[in, rank]` from U(−1/√in, 1/√in), which is Kaiming's distribution with
 * a = √5, and B `[rank, out]` of zeros. Convolution: A `[rank, in, …kernel]`, B `[out, rank, 1, …]`. Embedding: A `[entries, rank]` of zeros and
 * B `[rank, width]` from N(0, 1). All as PEFT begins.
 */
export function addFactors(edit: GraphEdit, layer: Layer, { rank }: LoraSpec | DoraSpec, seed: number): { readonly a: string; readonly b: string } {
  const names = factorNames(layer);
  const { kind, from, to, kernel } = layer;
  const turned = { turned: true };
  if (kind === 'embedding') {
    return { a: edit.parameter(names.a, filled([from, rank], 0), turned), b: edit.parameter(names.b, normal([rank, to], 1, seed, names.b), turned) };
  }
  const bound = 1 / Math.sqrt(from * sizeOf(kernel));
  if (kind === 'linear') {
    return {
      a: edit.parameter(names.a, uniform([from, rank], bound, seed, names.a), turned),
      b: edit.parameter(names.b, filled([rank, to], 0), turned),
    };
  }
  const a = edit.parameter(names.a, uniform([rank, from, ...kernel], bound, seed, names.a));
  return { a, b: edit.parameter(names.b, filled([to, rank, ...kernel.map(() => 1)], 0)) };
}

/** What the update adds to one use of a layer: scale · B(A(dropout(x))). */
export function update(
  edit: GraphEdit,
  layer: Layer,
  use: Use,
  factors: { readonly a: string; readonly b: string },
  spec: LoraSpec | DoraSpec,
): string {
  const place = { after: use.node };
  const hint = `${layer.name}/lora`;
  const scale = scaling(spec);
  const narrow = narrowed(edit, layer, use, factors.a, spec.dropout);
  const scaled = scale === 1 ? narrow : edit.node(place, 'Mul', [narrow, edit.number(place, scale, `${hint}/scale`)], `${hint}/scaled`);
  return edit.node(place, layer.kind === 'convolution' ? 'Conv' : 'MatMul', [scaled, factors.b], `${hint}/wide`);
}

function narrowed(edit: GraphEdit, { name, kind }: Layer, { node, input }: Use, a: string, dropout: number): string {
  const place = { after: node };
  const hint = `${name}/lora/narrow`;
  // Of token numbers there is nothing to drop.
  if (kind === 'embedding') return edit.node(place, 'Gather', [a, input], hint, { axis: 0 });
  const ratio = dropout > 0 && edit.number(place, dropout, `${name}/lora/dropout/ratio`);
  const x = ratio ? edit.node(place, 'Dropout', [input, ratio], `${name}/lora/dropout`) : input;
  if (kind === 'linear') return edit.node(place, 'MatMul', [x, a], hint);
  const ints = (key: string): readonly number[] | undefined => attribute.ints(node, key);
  const padding = attribute.string(node, 'auto_pad', 'NOTSET');
  return edit.node(place, 'Conv', [x, a], hint, { strides: ints('strides'), pads: ints('pads'), dilations: ints('dilations'), auto_pad: padding });
}

/** A layer's weight with the update added, in the arrangement that it has. */
export function updated(layer: Layer, spec: LoraSpec | DoraSpec, read: Read): Float64Array {
  const weight = Float64Array.from(read(layer.weight));
  const names = factorNames(layer);
  const [a, b] = [read(names.a), read(names.b)];
  const { kind, outFirst, to } = layer;
  const { rank } = spec;
  const inputs = weight.length / to;
  const scale = scaling(spec);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < to; o++) {
      let sum = 0;
      for (let r = 0; r < rank; r++) {
        const first = (kind === 'convolution' ? a[r * inputs + i] : a[i * rank + r]) ?? 0;
        const second = (kind === 'convolution' ? b[o * rank + r] : b[r * to + o]) ?? 0;
        sum += first * second;
      }
      const at = outFirst ? o * inputs + i : i * to + o;
      weight[at] = (weight[at] ?? 0) + scale * sum;
    }
  }
  return weight;
}
