import { type ByteSource, fail, memoryBytes } from '../../../core/index.js';

/** Decompresses bytes by the platform's own codec. @throws DATA_FORMAT_BROKEN */
export async function inflate(bytes: Uint8Array<ArrayBuffer>, format: 'gzip' | 'deflate-raw', file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    return fail(
      'DATA_FORMAT_BROKEN',
      { file, format: format === 'gzip' ? 'gzip' : 'zip', reason: 'its compressed data is damaged or cut off' },
      error,
    );
  }
}

/** The content of a file, decompressed into memory when it is gzipped. @throws DATA_FORMAT_BROKEN */
export async function openMaybeGzipped(source: ByteSource, file: string): Promise<ByteSource> {
  const [first, second] = await source.read(0, Math.min(2, source.size));
  if (first !== 0x1f || second !== 0x8b) return source;
  const bytes = await source.read(0, source.size);
  await source.close();
  return memoryBytes(await inflate(bytes, 'gzip', file));
}
