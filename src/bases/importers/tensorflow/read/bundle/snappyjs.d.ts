declare module 'snappyjs' {
  export function compress(bytes: Uint8Array): Uint8Array;
  /** @throws Error for damaged bytes and for more than `maxLength` of them */
  export function uncompress(compressed: Uint8Array, maxLength: number): Uint8Array;
}
