import { fail } from '../../../core/index.js';
import { filled, normal } from './draw.js';
import type { GraphEdit } from './edit.js';
import type { Method } from './method.js';
import type { BottleneckSpec } from './spec.js';
import { findSubLayers, type SubLayer } from './sub-layers.js';

/** As the paper begins (arXiv:1902.00751). */
const DEVIATION = 0.01;

/** y + up(activation(down(y))), y being what a sub-layer gives before it is added. `up` begins as zeros, so that the base is unchanged at first. */
export const bottleneck: Method<BottleneckSpec> = {
  add: (edit, spec, { graph, layers, seed }) => {
    const found = findSubLayers(graph, layers).filter(({ kind }) => spec.after === 'both' || kind === 'feed-forward');
    if (found.length === 0) fail('ADAPTER_NO_BLOCKS', {});
    for (const one of found) insert(edit, spec, one, seed);
  },
};

function insert(edit: GraphEdit, { width, activation }: BottleneckSpec, { layer, use }: SubLayer, seed: number): void {
  const { node, value } = use.result;
  const place = { after: node };
  const [down, up] = [`${layer.name}.adapter_down`, `${layer.name}.adapter_up`];
  const turned = { turned: true };
  const parameters = [
    edit.parameter(`${down}.weight`, normal([layer.to, width], DEVIATION, seed, `${down}.weight`), turned),
    edit.parameter(`${down}.bias`, filled([width], 0)),
    edit.parameter(`${up}.weight`, filled([width, layer.to], 0), turned),
    edit.parameter(`${up}.bias`, filled([layer.to], 0)),
  ] as const;
  const base = edit.takeOver(node, value);
  const linear = (x: string, weight: string, bias: string, hint: string): string =>
    edit.node(place, 'Add', [edit.node(place, 'MatMul', [x, weight], `${hint}/product`), bias], hint);
  const narrow = linear(base, parameters[0], parameters[1], `${layer.name}/adapter_down`);
  const active = edit.node(place, activation === 'relu' ? 'Relu' : 'Gelu', [narrow], `${layer.name}/adapter_active`);
  edit.give(place, 'Add', [base, linear(active, parameters[2], parameters[3], `${layer.name}/adapter_up`)], value);
}
