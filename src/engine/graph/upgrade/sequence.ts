import { attribute } from '../attributes.js';
import type { Graph, Node, ValueInfo } from '../model.js';
import { type Convert, edit, type UpgradeRow } from './row.js';

/**
 * Scan 8 → 9: every state and input had a batch dimension in front. A Scan over the batch whose body is a Scan over the
 * sequence is the same.
 */
const scan: Convert = (node, c) => {
  const [lengths = '', ...values] = node.inputs;
  if (lengths !== '') return c.refuse(node, 'it has sequence lengths');
  const body = attribute.graph(node, 'body') ?? c.refuse(node, 'it has no body');
  const scanned = attribute.int(node, 'num_scan_inputs', 1);
  const inner = innerScan(node, body);
  const states = values.length - scanned;
  if (body.inputs.length !== values.length || states < 0)
    c.refuse(node, `its body takes ${body.inputs.length} values, but it gives ${values.length}`);
  const outer: Graph = {
    ...body,
    name: `${body.name}_batch`,
    nodes: [inner],
    inputs: inner.inputs.map(untyped),
    outputs: inner.outputs.map(untyped),
    initializers: new Map(),
    valueInfo: new Map(),
  };
  return { ...node, inputs: values, attributes: { body: { kind: 'graph', value: outer }, num_scan_inputs: { kind: 'int', value: values.length } } };
};

/** The Scan over the sequence, of one sample. Its names live in the new body alone. */
function innerScan(node: Node, body: Graph): Node {
  const directions = node.attributes.directions;
  const stripped = edit(node, ['directions'], directions ? { scan_input_directions: directions } : {});
  return {
    ...stripped,
    inputs: body.inputs.map((input) => `${node.name}/sample/${input.name}`),
    outputs: body.outputs.map((output) => `${node.name}/sample/${output.name}`),
  };
}

function untyped(name: string): ValueInfo {
  return { name, type: { kind: 'tensor', type: 'unknown', dims: undefined } };
}

/** `output_sequence` only said whether the first output is wanted, which its name says already. */
const recurrent: Convert = (node) => edit(node, ['output_sequence']);

export const sequenceRows: readonly UpgradeRow[] = [
  { ops: ['Scan'], from: 8, to: 9, convert: scan },
  { ops: ['RNN', 'GRU', 'LSTM'], from: 1, to: 7, convert: recurrent },
];
