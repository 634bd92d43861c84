import { gunzipSync, gzipSync } from 'node:zlib';
import type { Random } from '../../../src/core/index.js';
import { type Damage, damageBytes, pick } from './bytes.js';

const BLOCK = 512;
/** Where a header holds the name, the size in octal, the kind of entry, and the target of a link. */
const [NAME, SIZE, CHECKSUM, KIND, LINK] = [0, 124, 148, 156, 157];

const NAMES: readonly string[] = ['../../x', '/x', 'package/../../x', 'package/..', '..\\x', 'C:/x', '', '.', 'package', 'package/package.json/x'];
/** The last is in base 256, and negative. */
const SIZES: readonly string[] = [
  '00000000000',
  '77777777777',
  '00000001000',
  '-0000000001',
  '99999999999',
  '\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff',
  '\xff'.repeat(12),
];
/** Files, links, devices, folders, and the headers of PAX and GNU that change the entry behind them. */
const KINDS: readonly string[] = [...'01234567xgLKSVZ', '\0'];

type Edit = (header: Buffer, random: Random) => void;

const write = (header: Buffer, text: string, at: number, length: number): void => {
  header.fill(0, at, at + length);
  header.write(text, at, length, 'latin1');
};

const edits: readonly Edit[] = [
  (header, random) => write(header, pick(NAMES, random), NAME, 100),
  (header, random) => write(header, pick(SIZES, random), SIZE, 12),
  (header, random) => write(header, pick(KINDS, random), KIND, 1),
  (header, random) => {
    write(header, pick(['1', '2'], random), KIND, 1);
    write(header, pick(NAMES, random), LINK, 100);
  },
  (header, random) => header.set(damageBytes(header, random).subarray(0, BLOCK)),
];

function withChecksum(header: Buffer): void {
  header.fill(' ', CHECKSUM, CHECKSUM + 8);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM);
}

function headersOf(archive: Buffer): number[] {
  return Array.from({ length: archive.length / BLOCK }, (_, i) => i * BLOCK).filter(
    (at) => archive.toString('latin1', at + 257, at + 262) === 'ustar',
  );
}

function unzipped(bytes: Uint8Array): Buffer | undefined {
  try {
    return gunzipSync(bytes);
  } catch {
    return undefined;
  }
}

/** A gzipped tar archive with a header that is valid and lies, or with damaged content. */
export const damageTar: Damage = (bytes, random) => {
  if (random.uniform() < 0.15) return damageBytes(bytes, random);
  const archive = unzipped(bytes);
  if (!archive) return damageBytes(bytes, random);
  const headers = headersOf(archive);
  if (headers.length === 0 || random.uniform() < 0.2) return gzipSync(damageBytes(archive, random));
  for (let count = 1 + random.integer(2); count > 0; count--) {
    const at = pick(headers, random);
    const header = archive.subarray(at, at + BLOCK);
    pick(edits, random)(header, random);
    withChecksum(header);
  }
  const doubled = random.uniform() < 0.1 ? Buffer.concat([archive.subarray(0, pick(headers, random)), archive]) : archive;
  return gzipSync(doubled, { level: 1 });
};
