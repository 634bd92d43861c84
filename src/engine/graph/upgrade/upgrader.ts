import { fail } from '../../../core/index.js';
import type { NameSource } from '../walk.js';
import { Converter } from './convert.js';
import type { UpgradeRow } from './row.js';
import { upgradeRows } from './table.js';

const rowsByOp = new Map<string, UpgradeRow[]>();
for (const row of upgradeRows) for (const op of row.ops) rowsByOp.set(op, [...(rowsByOp.get(op) ?? []), row]);

/** Brings the nodes of a graph of `opset` to opset 21. */
export function upgrader(opset: number, names: NameSource): Converter {
  return new Converter(
    {
      prefix: 'upgrade',
      find: (node, from) => (node.domain === '' ? rowsByOp.get(node.op)?.find((row) => row.from <= from && from < row.to) : undefined),
      refuse: (node, reason) => fail('GRAPH_UPGRADE', { op: node.op, node: node.name, opset, reason }),
    },
    opset,
    names,
  );
}
