import type { Dim } from '../../../../engine/graph/index.js';
import { activateConfigured } from '../activations.js';
import { emit, inKerasOrder, needWeight, parameter, unary } from '../scope.js';

/** EinsumDense: input and kernel multiplied and summed as an equation such as `abc,cde->abde` says. */
export const einsumDense = unary((scope, x) => {
  const { config } = scope;
  const equation = config.text('equation', '').replaceAll(' ', '');
  const [, given, of, result] = /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)$/.exec(equation) ?? config.refuse('equation');
  const letters = [given, of, result].map((part = '') => [...part]);
  const [from = [], by = [], to = []] = letters;
  const input = inKerasOrder(scope, x);
  const kernel = needWeight(scope, by.length, 'kernel');
  if (from.length !== input.shape.length) return config.refuse('equation');
  const sizes = new Map<string, Dim>([
    ...by.map((letter, i) => [letter, kernel.tensor.dims[i] ?? null] as const),
    ...from.map((letter, i) => [letter, input.shape[i] ?? null] as const),
  ]);
  const shape = to.map((letter) => sizes.get(letter) ?? null);
  const product = emit(scope, 'Einsum', [input, parameter(scope, kernel)], { equation });
  const axes = config.text('bias_axes', '');
  const first = to.findIndex((letter) => axes.includes(letter));
  const name = axes === '' ? product : emit(scope, 'Add', [product, parameter(scope, needWeight(scope, to.length - first, 'bias'))]);
  return activateConfigured(scope, { ...input, name, shape });
});
