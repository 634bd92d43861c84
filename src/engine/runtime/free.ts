const { port1: nowhere } = new MessageChannel();
nowhere.close();

/**
 * Frees an array's memory at once, and empties the array. A garbage collector does not see how large the memory behind its small objects is, and
 * lets it pile up. Arrays that are only a part of their memory are left alone.
 */
export function free({ buffer, byteLength }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) nowhere.postMessage(undefined, [buffer]);
}
