/** A pickle of the number 0x1950a86a20f9469cfc6c, behind the opcode and the version of its protocol. */
const MAGIC: readonly number[] = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** Whether a file begins as torch.save wrote it before version 1.6, and still does when asked to. */
export function isLegacyStart(start: Uint8Array): boolean {
  return start[0] === 0x80 && MAGIC.every((byte, i) => start[2 + i] === byte);
}
