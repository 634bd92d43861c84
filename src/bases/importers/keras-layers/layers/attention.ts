import { fail } from '../../../../core/index.js';
import { LayerConfig } from '../config.js';
import { emit, inKerasOrder, type LayerConverter, type LayerScope, needWeight, parameter, scalar } from '../scope.js';
import type { KerasTensor } from '../tensor.js';
import { innerScope } from './wrapped.js';

/** MultiHeadAttention over query `[N, T, C]`, value and key `[N, S, C]`, given in this order; the key is the value where it is missing. */
export const multiHeadAttention: LayerConverter = (scope, inputs) => {
  const { config } = scope;
  config.require('use_gate', false);
  config.require('sliding_window');
  config.require('output_shape');
  const [query, value, key = value] = inputs.map((x) => inKerasOrder(scope, x));
  if (!query || !value || !key || inputs.length > 3 || [query, value, key].some((x) => x.shape.length !== 3)) return wrongInputs(scope, inputs);
  const heads = (x: KerasTensor, part: string): string => project(scope, x.name, part, 'abc,cde->abde', 2);
  const scaled = emit(scope, 'Mul', [heads(query, 'query'), scalar(scope, 1 / Math.sqrt(config.number('key_dim')))]);
  const scores = emit(scope, 'Einsum', [heads(key, 'key'), scaled], { equation: 'aecd,abcd->acbe' });
  const weights = emit(scope, 'Softmax', [scores], { axis: -1 });
  const mixed = emit(scope, 'Einsum', [weights, heads(value, 'value')], { equation: 'acbe,aecd->abcd' });
  return { ...query, name: project(scope, mixed, 'attention_output', 'abcd,cde->abe', 1) };
};

/** One of the layer's own projections, whose bias has `biasRank` dimensions. */
function project(scope: LayerScope, x: string, part: string, equation: string, biasRank: number): string {
  const inner = innerScope(scope, new LayerConfig(part, 'EinsumDense', {}));
  const product = emit(scope, 'Einsum', [x, parameter(scope, needWeight(inner, 3, 'kernel'))], { equation });
  return scope.config.flag('use_bias', true) ? emit(scope, 'Add', [product, parameter(scope, needWeight(inner, biasRank, 'bias'))]) : product;
}

/** Attention by dot products over query `[N, T, C]`, value and key `[N, S, C]`, given in this order. Source: Luong et al., EMNLP 2015. */
export const dotAttention: LayerConverter = (scope, inputs) => {
  scope.config.require('score_mode', 'dot');
  const [query, value, key = value] = inputs.map((x) => inKerasOrder(scope, x));
  if (!query || !value || !key || inputs.length > 3 || [query, value, key].some((x) => x.shape.length !== 3)) return wrongInputs(scope, inputs);
  const turned = emit(scope, 'Transpose', [key], { perm: [0, 2, 1] });
  const scores = emit(scope, 'MatMul', [query, turned]);
  const scaled = scope.config.flag('use_scale', false) ? emit(scope, 'Mul', [scores, parameter(scope, needWeight(scope, 0, 'scale'))]) : scores;
  const weights = emit(scope, 'Softmax', [scaled], { axis: -1 });
  return { ...query, name: emit(scope, 'MatMul', [weights, value]), shape: [...query.shape.slice(0, -1), value.shape.at(-1) ?? null] };
};

function wrongInputs({ config: { layer, type } }: LayerScope, inputs: readonly KerasTensor[]): never {
  const given = inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
  return fail('IMPORT_TOPOLOGY', { reason: `layer "${layer}" (${type}) takes two or three inputs [N, T, C] but is given ${given}` });
}
