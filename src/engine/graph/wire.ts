/**
 * Protobuf messages as lists of byte chunks, so that large tensors are copied once at most. Two facts make this simple:
 * fields of a message may come in any order, and the concatenation of two encodings is their merge.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export type Chunks = readonly Uint8Array[];

export function chunksLength(chunks: Chunks): number {
  let length = 0;
  for (const chunk of chunks) length += chunk.byteLength;
  return length;
}

/** A length-delimited field: `bytes`, `string` or a message. */
export function delimited(field: number, content: Chunks): Chunks {
  return [Uint8Array.from([...varint(field * 8 + 2), ...varint(chunksLength(content))]), ...content];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return bytes;
}

export function concatenate(chunks: Chunks): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(chunksLength(chunks));
  let at = 0;
  for (const chunk of chunks) {
    result.set(chunk, at);
    at += chunk.byteLength;
  }
  return result;
}
