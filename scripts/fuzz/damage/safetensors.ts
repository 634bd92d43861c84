import { type Damage, damageBytes } from './bytes.js';
import { damageJson } from './json.js';

/** A safetensors file with another header, of which the length is true. */
export const damageSafetensors: Damage = (bytes, random) => {
  if (bytes.byteLength < 8 || random.uniform() < 0.3) return damageBytes(bytes, random);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (8 + length > bytes.byteLength) return damageBytes(bytes, random);
  const header = damageJson(bytes.slice(8, 8 + length), random);
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(header.byteLength);
  return Buffer.concat([prefix, header, bytes.subarray(8 + length)]);
};
