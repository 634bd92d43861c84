import { type Random, RegraftError, readSafetensors, writeSafetensors } from '../../../src/core/index.js';
import { type Damage, damageBytes } from './bytes.js';
import { damageJson } from './json.js';
import { damageTensors } from './tensors.js';

/** A safetensors file that holds other tensors, or with another header, of which the length is true. */
export const damageSafetensors: Damage = (bytes, random) => {
  const kind = random.uniform();
  if (bytes.byteLength < 8 || kind < 0.2) return damageBytes(bytes, random);
  if (kind < 0.6) return withOtherTensors(bytes, random);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (8 + length > bytes.byteLength) return damageBytes(bytes, random);
  const header = damageJson(bytes.slice(8, 8 + length), random);
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(header.byteLength);
  return Buffer.concat([prefix, header, bytes.subarray(8 + length)]);
};

function withOtherTensors(bytes: Uint8Array, random: Random): Uint8Array {
  try {
    return writeSafetensors(damageTensors([...readSafetensors(bytes).tensors], random));
  } catch (error) {
    // What earlier damage broke.
    if (error instanceof RegraftError) return damageBytes(bytes, random);
    throw error;
  }
}
