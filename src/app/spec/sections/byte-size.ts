import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
const WRITTEN = /^(\d+(?:\.\d+)?)\s*([KMGT]?B)$/i;

/** A number of bytes, or a text like `500MB`; the result is the number. */
export const byteSize = z.union([
  z.int().min(0),
  z
    .string()
    .regex(WRITTEN, 'expected a number of bytes or a text like 500MB')
    .transform((text) => {
      const [, amount = '0', unit = 'B'] = WRITTEN.exec(text) ?? [];
      return Math.round(Number(amount) * (UNITS[unit.toUpperCase()] ?? 1));
    }),
]);
