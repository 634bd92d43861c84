import { float32, type Tensor, toFloat32 } from '../../../core/index.js';
import type { GraphEdit, Place } from './edit.js';
import type { Layer, Use } from './layers.js';
import { addFactors, factorNames, update, updated } from './low-rank.js';
import type { Method } from './method.js';
import { type DoraSpec, scaling } from './spec.js';
import { chosen, QUERY_AND_VALUE } from './targets.js';

/**
 * m / ‖W + scale · BA‖ · (W + scale · BA) x + bias, with a norm for each output; in the gradient the norm counts as a constant, as in PEFT (section
 * 4.3 of the paper). Dropout is applied to what the update reads alone; PEFT applies it to what W reads as well.
 */
export const dora: Method<DoraSpec> = {
  add: (edit, spec, { graph, layers, seed }) => {
    const possible = layers.filter(({ kind }) => kind !== 'embedding');
    for (const layer of chosen(spec.targets, possible, QUERY_AND_VALUE)) {
      const factors = addFactors(edit, layer, spec, seed);
      const magnitude = addMagnitude(edit, layer, toFloat32(graph.initializers.get(layer.weight) as Tensor));
      const first = layer.uses[0] as Use;
      const ratio = shareOf(edit, { before: first.node }, layer, factors, magnitude, scaling(spec));
      for (const use of layer.uses) scaledUse(edit, layer, use, ratio, update(edit, layer, use, factors, spec));
    }
  },
  fold: (layer, spec, read, has) => {
    if (!has(factorNames(layer).a)) return undefined;
    const weight = updated(layer, spec, read);
    const magnitude = read(magnitudeName(layer));
    const norms = normsOf(layer, weight);
    return {
      weight: Float32Array.from(
        weight,
        (value, at) => (value * (magnitude[outputOf(layer, weight, at)] ?? 0)) / (norms[outputOf(layer, weight, at)] ?? 0),
      ),
    };
  },
};

function magnitudeName({ name }: Layer): string {
  return `${name}.lora_magnitude_vector`;
}

/** The norms of the weight: `[out]`; of a convolution `[out, 1, …]`, which a file has as `[1, out, 1, …]`. */
function addMagnitude(edit: GraphEdit, layer: Layer, weight: Tensor): string {
  const dims = [layer.to, ...layer.kernel.map(() => 1)];
  const norms = float32(dims, Float32Array.from(normsOf(layer, weight.data as Float32Array)));
  return edit.parameter(magnitudeName(layer), norms, layer.kind === 'convolution' ? { dims: [1, ...dims] } : {});
}

function normsOf(layer: Layer, weight: Float32Array | Float64Array): Float64Array {
  const squares = new Float64Array(layer.to);
  weight.forEach((value, at) => {
    const output = outputOf(layer, weight, at);
    squares[output] = (squares[output] ?? 0) + value * value;
  });
  return squares.map(Math.sqrt);
}

/** Which output an element of a weight belongs to. */
function outputOf({ outFirst, to }: Layer, weight: { readonly length: number }, at: number): number {
  return outFirst ? Math.floor(at / (weight.length / to)) : at % to;
}

/** m / ‖W + scale · BA‖, shaped as the magnitude. */
function shareOf(edit: GraphEdit, place: Place, layer: Layer, { a, b }: { a: string; b: string }, magnitude: string, scale: number): string {
  const hint = `${layer.name}/dora`;
  const { kind, kernel, outFirst, weight, to } = layer;
  const isConvolution = kind === 'convolution';
  const matrix = (name: string, what: string): string => (isConvolution ? edit.node(place, 'Flatten', [name], `${hint}/${what}`, { axis: 1 }) : name);
  const [left, right] = outFirst ? [matrix(b, 'b'), matrix(a, 'a')] : [a, b];
  // The factors of a linear layer lie as [in, rank] and [rank, out]: those of a weight [out, in] are turned on the way.
  const turned = outFirst && !isConvolution ? 1 : 0;
  const sum = edit.node(place, 'Gemm', [left, right, matrix(weight, 'weight')], `${hint}/sum`, { alpha: scale, transA: turned, transB: turned });
  const axes = edit.ints(place, [outFirst ? 1 : 0], `${hint}/axes`);
  const squares = edit.node(place, 'ReduceSum', [edit.node(place, 'Mul', [sum, sum], `${hint}/squares`), axes], `${hint}/square`, { keepdims: 0 });
  const norm = detached(edit, place, edit.node(place, 'Sqrt', [squares], `${hint}/norm`), hint);
  const shaped = isConvolution
    ? edit.node(place, 'Reshape', [norm, edit.ints(place, [to, ...kernel.map(() => 1)], `${hint}/shape`)], `${hint}/shaped`)
    : norm;
  return edit.node(place, 'Div', [magnitude, shaped], `${hint}/share`);
}

/** Power of two that norms are counted in: those from 2⁻¹³ to 2²⁷ keep all their digits. */
const COUNTED = 2 ** 36;

/** A value that no gradient flows through. ONNX has no operator for this, but whole numbers carry no gradient. */
function detached(edit: GraphEdit, place: Place, value: string, hint: string): string {
  const unit = (factor: number, of: string, to: string): string =>
    edit.node(place, 'Mul', [of, edit.number(place, factor, `${hint}/unit`)], `${hint}/${to}`);
  const whole = edit.node(place, 'Cast', [unit(COUNTED, value, 'counted')], `${hint}/whole`, { to: INT64 });
  return unit(1 / COUNTED, edit.node(place, 'Cast', [whole], `${hint}/number`, { to: FLOAT }), 'constant');
}

const FLOAT = 1;
const INT64 = 7;

/** share · (product + update) with the bias, if the node adds one, left out of the product. */
function scaledUse(edit: GraphEdit, layer: Layer, use: Use, share: string, wide: string): void {
  const place = { after: use.node };
  const hint = `${layer.name}/dora`;
  const base = edit.takeOver(use.node, use.output);
  const bias = use.innerBias && shapedBias(edit, place, layer, use.innerBias);
  const product = bias ? edit.node(place, 'Sub', [base, bias], `${hint}/product`) : base;
  const both = [edit.node(place, 'Add', [product, wide], `${hint}/direction`), share];
  if (bias) edit.give(place, 'Add', [edit.node(place, 'Mul', both, `${hint}/scaled`), bias], use.output);
  else edit.give(place, 'Mul', both, use.output);
}

function shapedBias(edit: GraphEdit, place: Place, { kind, name, to, kernel }: Layer, bias: string): string {
  if (kind !== 'convolution') return bias;
  return edit.node(place, 'Reshape', [bias, edit.ints(place, [to, ...kernel.map(() => 1)], `${name}/dora/bias/shape`)], `${name}/dora/bias`);
}
