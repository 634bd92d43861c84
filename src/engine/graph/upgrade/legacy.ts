import { isDataType, rowOf } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { elementTypeNumber } from '../element-types.js';
import { type Convert, edit, type UpgradeRow, withInputs } from './row.js';

/** Names of TensorProto.DataType that differ from ours. */
const OLD_TYPE_NAMES: Readonly<Record<string, string>> = { float: 'float32', double: 'float64' };

/** Cast 1 → 6: the type was given by name. */
const cast: Convert = (node, c) => {
  const name = attribute.string(node, 'to', '').toLowerCase();
  const type = rowOf(OLD_TYPE_NAMES, name) ?? name;
  if (!isDataType(type)) return c.refuse(node, `it casts to "${name}"`);
  return edit(node, [], { to: { kind: 'int', value: elementTypeNumber(type) } });
};

/** Reshape 1 → 5: `shape` became an input. */
const reshape: Convert = (node, c) => {
  const shape = attribute.ints(node, 'shape') ?? c.refuse(node, 'it has no "shape"');
  return edit({ ...node, inputs: [node.inputs[0] ?? '', c.ints(shape)] }, ['shape', 'consumed_inputs']);
};

/** Pad 1 → 2: an attribute was renamed. */
const pad: Convert = (node) => edit(node, ['paddings'], { pads: { kind: 'ints', value: attribute.ints(node, 'paddings') ?? [] } });

/** LpPool and GlobalLpPool 1 → 2: the norm became an integer. */
const lpPool: Convert = (node, c) => {
  const p = attribute.float(node, 'p', 2);
  return Number.isInteger(p) ? edit(node, [], { p: { kind: 'int', value: p } }) : c.refuse(node, `its norm is ${p}`);
};

/** Split 1 → 2: the sizes were an input, became an attribute, and are an input again since opset 13. */
const split: Convert = (node, c) => {
  const [data = '', sizes = ''] = node.inputs;
  if (sizes === '') return node;
  const constant = c.constantOf(sizes) ?? c.refuse(node, 'its sizes are not constant');
  return withInputs(edit(node, [], { split: { kind: 'ints', value: Array.from(constant.data as ArrayLike<number | bigint>, Number) } }), [data]);
};

/** Selu 1 → 6: the defaults gained digits. */
const selu: Convert = (node) =>
  edit(node, ['consumed_inputs'], {
    alpha: { kind: 'float', value: attribute.float(node, 'alpha', 1.6732) },
    gamma: { kind: 'float', value: attribute.float(node, 'gamma', 1.0507) },
  });

/** Ops that lost `consumed_inputs`, which never meant anything to a runtime. */
const CONSUMING = [
  ...['Abs', 'Add', 'BatchNormalization', 'Ceil', 'Clip', 'Div', 'Dropout', 'Elu', 'Exp', 'Floor', 'HardSigmoid', 'InstanceNormalization'],
  ...['LeakyRelu', 'Log', 'Max', 'Mean', 'Min', 'Mul', 'Neg', 'PRelu', 'Reciprocal', 'Relu', 'Sigmoid', 'Sqrt', 'Sub', 'Sum', 'Tanh'],
];

/** What changed before opset 6, which is where most files begin. */
export const legacyRows: readonly UpgradeRow[] = [
  { ops: CONSUMING, from: 1, to: 6, convert: (node) => edit(node, ['consumed_inputs']) },
  { ops: ['Cast'], from: 1, to: 6, convert: cast },
  { ops: ['Concat'], from: 1, to: 4, convert: (node) => edit(node, [], { axis: { kind: 'int', value: attribute.int(node, 'axis', 1) } }) },
  { ops: ['Reshape'], from: 1, to: 5, convert: reshape },
  { ops: ['Pad'], from: 1, to: 2, convert: pad },
  { ops: ['LpPool', 'GlobalLpPool'], from: 1, to: 2, convert: lpPool },
  { ops: ['Split'], from: 1, to: 2, convert: split },
  { ops: ['Selu'], from: 1, to: 6, convert: selu },
  { ops: ['Tile'], from: 1, to: 6, convert: (node, c) => c.refuse(node, 'it repeats along one axis, the form before opset 6') },
];
