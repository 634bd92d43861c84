/** Bytes of which parts are read at once, for libraries that wait for no promise: a file on disk, or what is in memory already. */
export interface SyncBytes {
  readonly size: number;
  /** Fills `into` with what follows `position`; returns how many bytes there were. */
  read(into: Uint8Array, position: number): number;
  /** What lies from `start` to before `end`, as far as there is as much. */
  part(start: number, end: number): SyncBytes;
  /** All of it, without a copy where it is in memory. @throws Error where the file was cut off meanwhile */
  whole(): Uint8Array;
}

export function syncMemory(bytes: Uint8Array): SyncBytes {
  return {
    size: bytes.byteLength,
    read: (into, position) => {
      const found = bytes.subarray(position, position + into.byteLength);
      into.set(found);
      return found.byteLength;
    },
    part: (start, end) => syncMemory(bytes.subarray(start, end)),
    whole: () => bytes,
  };
}
