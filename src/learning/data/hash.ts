import { joinBytes } from '../../core/index.js';
import type { Dataset } from './dataset.js';
import { concurrencyLimit } from './limit.js';
import { isUnreadable } from './skips.js';

/** Samples hashed at once. */
const CONCURRENCY = 16;

/**
 * A fingerprint of a data set for a run's records: what it is called and where it lies do not matter, any change of an id, a label, a
 * class name or a byte does.
 *
 * SHA-256 over the concatenated SHA-256 digests of the target's JSON and of each sample's `JSON([id, label, group])`, newline, bytes.
 * @returns 64 hexadecimal digits
 */
export async function hashDataset(dataset: Dataset): Promise<string> {
  const limited = concurrencyLimit(CONCURRENCY);
  const digests = await Promise.all(Array.from({ length: dataset.size }, (_, index) => limited(() => hashSample(dataset, index))));
  const head = await sha256(textBytes(JSON.stringify(dataset.target)));
  return toHex(await sha256(joinBytes([head, ...digests])));
}

async function hashSample(dataset: Dataset, index: number): Promise<Uint8Array> {
  const { id, label = null, group = null } = dataset.sample(index);
  const facts = textBytes(`${JSON.stringify([id, label, group])}\n`);
  return sha256(joinBytes([facts, await bytesOrNone(dataset, index)]));
}

/** A file that cannot be read counts as empty: training leaves its sample out, too. */
async function bytesOrNone(dataset: Dataset, index: number): Promise<Uint8Array> {
  try {
    return await dataset.bytes(index);
  } catch (error) {
    if (isUnreadable(error)) return new Uint8Array(0);
    throw error;
  }
}

/** SHA-256 of some bytes, as 64 hexadecimal digits. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(await sha256(bytes));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function textBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
