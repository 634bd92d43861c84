import type { Random } from '../../../src/core/index.js';
import { type Damage, damageBytes, pick } from './bytes.js';
import { damageJson } from './json.js';

const SPACE = 0x20;

/** Where the longest text in braces lies, which is the configuration that Keras stores in an attribute. */
function configurationIn(bytes: Uint8Array): readonly [start: number, end: number] | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const start = text.search(/\{"(?:class_name|module|name)"/);
  if (start < 0) return undefined;
  const end = text.indexOf('\0', start);
  return end < 0 ? undefined : [start, end];
}

/** Sizes and addresses of HDF5 are little-endian numbers of 2 to 8 bytes at even places. */
const number: Damage = (bytes, random) => {
  const result = new Uint8Array(bytes);
  const at = random.integer(result.byteLength / 4) * 4;
  const width = pick([2, 4, 8], random);
  const filling = pick([[0], [0xff], [0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0x80], [1, 0, 0, 0], [random.integer(256), random.integer(256)]], random);
  for (let i = 0; i < width && at + i < result.byteLength; i++) result[at + i] = filling[i % filling.length] as number;
  return result;
};

function damageConfiguration(bytes: Uint8Array, random: Random): Uint8Array {
  const place = configurationIn(bytes);
  if (!place) return number(bytes, random);
  const [start, end] = place;
  const text = damageJson(bytes.slice(start, end), random);
  if (text.byteLength > end - start) return number(bytes, random);
  const result = new Uint8Array(bytes);
  result.fill(SPACE, start, end);
  result.set(text, start);
  return result;
}

/** An HDF5 file with other sizes and addresses, or with another configuration in the place of its own. */
export const damageHdf5: Damage = (bytes, random) => {
  if (bytes.byteLength < 8) return damageBytes(bytes, random);
  return pick([number, number, damageConfiguration, damageConfiguration, damageBytes], random)(bytes, random);
};
