import { attribute } from '../attributes.js';
import { int64Tensor } from '../int64.js';
import { type Convert, edit, type UpgradeRow, withInputs } from './row.js';

/** An attribute of integers that became input `index`. */
function intsToInput(name: string, index: number): Convert {
  return (node, c) => {
    const values = attribute.ints(node, name);
    const inputs = [...node.inputs];
    while (inputs.length < index) inputs.push('');
    inputs[index] = values && values.length > 0 ? c.ints(values) : '';
    return withInputs(edit(node, [name]), inputs);
  };
}

/** Slice 1 → 10: `starts`, `ends` and `axes` became inputs. */
const slice: Convert = (node, c) => {
  const list = (name: string): string => {
    const values = attribute.ints(node, name);
    return values ? c.ints(values) : '';
  };
  return withInputs(edit(node, ['starts', 'ends', 'axes']), [node.inputs[0] ?? '', list('starts'), list('ends'), list('axes')]);
};

/** Pad 2 → 11: `pads` and `value` became inputs. */
const pad: Convert = (node, c) => {
  const data = node.inputs[0] ?? '';
  const value = attribute.float(node, 'value', 0);
  const pads = attribute.ints(node, 'pads') ?? c.refuse(node, 'it has no "pads"');
  return withInputs(edit(node, ['pads', 'value']), [data, c.ints(pads), value === 0 ? '' : c.scalarLike(value, data)]);
};

/** Split 13 → 18: the number of equal parts became an attribute. */
const splitEqually: Convert = (node) => {
  const isEqual = (node.inputs[1] ?? '') === '';
  return isEqual ? edit(node, [], { num_outputs: { kind: 'int', value: node.outputs.length } }) : node;
};

/** TopK 1 → 10: `k` became an input. */
const topK: Convert = (node, c) => edit({ ...node, inputs: [node.inputs[0] ?? '', c.ints([attribute.int(node, 'k', 1)])] }, ['k']);

/** DFT 17 → 20: `axis` became an input, with another default. */
const dft: Convert = (node, c) => {
  const [input = '', length = ''] = node.inputs;
  const axis = c.constant(int64Tensor([attribute.int(node, 'axis', 1)], []));
  return edit({ ...node, inputs: [input, length, axis] }, ['axis']);
};

const REDUCTIONS = [
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceProd',
  'ReduceSumSquare',
];

/** Ops whose axes, sizes or counts were attributes and became inputs. */
export const axesRows: readonly UpgradeRow[] = [
  { ops: ['Squeeze', 'Unsqueeze', 'ReduceSum'], from: 1, to: 13, convert: intsToInput('axes', 1) },
  { ops: REDUCTIONS, from: 1, to: 18, convert: intsToInput('axes', 1) },
  { ops: ['Split'], from: 2, to: 13, convert: intsToInput('split', 1) },
  { ops: ['Split'], from: 13, to: 18, convert: splitEqually },
  { ops: ['Slice'], from: 1, to: 10, convert: slice },
  { ops: ['Pad'], from: 2, to: 11, convert: pad },
  { ops: ['TopK'], from: 1, to: 10, convert: topK },
  { ops: ['DFT'], from: 17, to: 20, convert: dft },
];
