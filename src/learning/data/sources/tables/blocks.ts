import type { ByteSource } from '../../../../core/index.js';

/** What is read at once: many rows, little next to what a disk does in the same time. */
const BLOCK = 2 ** 14;
/** 8 MiB in all. */
const BLOCKS = 512;

/** A source whose parts are read as blocks, the last ones used of which stay in memory: rows that lie close together are read once. */
export function cachedBlocks(source: ByteSource): ByteSource {
  const blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  const blockAt = (number: number): Promise<Uint8Array<ArrayBuffer>> => {
    const start = number * BLOCK;
    const block = blocks.get(number) ?? source.read(start, Math.min(BLOCK, source.size - start));
    // Put back at the end: the first of the map is the one that was not used for longest.
    blocks.delete(number);
    blocks.set(number, block);
    if (blocks.size > BLOCKS) blocks.delete(blocks.keys().next().value as number);
    // What failed once may be read the next time.
    block.catch(() => blocks.delete(number));
    return block;
  };
  const read = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    if (length >= BLOCK) return source.read(offset, length);
    const first = Math.floor(offset / BLOCK);
    const last = Math.floor(Math.max(offset, offset + length - 1) / BLOCK);
    const head = await blockAt(first);
    const start = offset - first * BLOCK;
    if (first === last) return head.subarray(start, start + length);
    const tail = await blockAt(last);
    const result = new Uint8Array(length);
    result.set(head.subarray(start));
    result.set(tail.subarray(0, length - (BLOCK - start)), BLOCK - start);
    return result;
  };
  return { size: source.size, read, close: () => source.close() };
}
