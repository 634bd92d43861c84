import { readTable } from '../../../src/bases/importers/tensorflow/read/bundle/table.js';
import { tableBytes } from '../../../test/support/tensor-bundle.js';
import { type Damage, damageBytes } from './bytes.js';
import { damageProtobuf } from './protobuf.js';

/** The index of a checkpoint with a changed entry, its checksums true to it. */
export const damageTensorTable: Damage = (bytes, random) => {
  if (random.uniform() < 0.25) return damageBytes(bytes, random);
  let entries: readonly (readonly [string, Uint8Array])[];
  try {
    entries = [...readTable(bytes)];
  } catch {
    return damageBytes(bytes, random);
  }
  const at = random.integer(entries.length);
  return tableBytes(entries.map(([key, value], i) => [key, i === at ? damageProtobuf(value, random).subarray(0, 4096) : value]));
};
