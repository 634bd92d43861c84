import { fail } from '../../../core/index.js';
import { concurrencyLimit } from '../limit.js';
import { isUnreadable } from '../skips.js';
import type { MaskOptionsFound } from './options.js';
import { binaryReading, colourReading, failForColours, indexReading, type MaskReading, TWO_CLASSES } from './reading.js';
import type { StoredMask } from './stored.js';

/** The masks of a data set, read to find out what they hold. */
export interface StoredMasks {
  readonly name: string;
  /** Number of masks. */
  readonly size: number;
  /** For messages. */
  fileOf(index: number): string;
  read(index: number, toleratesNoise: boolean): Promise<StoredMask>;
}

/** Masks that are looked at to tell how they are written. */
const LOOKED_AT = 32;
/** Masks read at once. */
const CONCURRENCY = 8;
const WHITE = 255;

/**
 * How to read masks: as the options say, or as the first masks look. Without names, all of them are read once to find how many classes there are.
 * @param names class names in the order of their values
 * @throws DATA_MASK_COLOURS, DATA_MASK_NAMES, DATA_MASK_LOSSY
 */
export async function chooseReading(masks: StoredMasks, options: MaskOptionsFound, names: readonly string[] | undefined): Promise<MaskReading> {
  const kind = options.colours ? 'colours' : options.kind === 'auto' ? await kindOf(masks) : options.kind;
  if (kind === 'colours')
    return colourReading(options.colours ?? fail('DATA_MASK_NAMES', { data: masks.name, reason: 'no `colours` are given' }), options);
  if (kind === 'binary') return binaryReading(twoNames(masks.name, names), options);
  return indexReading(checkedNames(masks.name, names ?? (await countedNames(masks, options))), options);
}

/** @throws DATA_MASK_NAMES */
export function twoNames(data: string, names: readonly string[] = TWO_CLASSES): readonly string[] {
  return names.length === 2 ? names : fail('DATA_MASK_NAMES', { data, reason: `there are two classes, but ${names.length} names` });
}

function checkedNames(data: string, names: readonly string[]): readonly string[] {
  return names.length <= WHITE
    ? names
    : fail('DATA_MASK_NAMES', { data, reason: `there are ${names.length} names, more than the 255 a mask can hold` });
}

/** Black and white alone is an object on its background: 255 cannot mean "no class" where there is no other class than one. */
async function kindOf(masks: StoredMasks): Promise<'index' | 'binary'> {
  const values = new Set<number>();
  let isPalette = false;
  await visitReadable(masks, Math.min(LOOKED_AT, masks.size), (stored, file) => {
    if (stored.kind === 'colours') return failForColours(stored, file);
    isPalette ||= stored.palette !== undefined;
    for (const value of stored.values) values.add(value);
  });
  return !isPalette && values.has(WHITE) && [...values].every((value) => value === 0 || value === WHITE) ? 'binary' : 'index';
}

/** The numbers as names, as many as the highest value needs. */
async function countedNames(masks: StoredMasks, { ignore }: MaskOptionsFound): Promise<string[]> {
  let most = 0;
  await visitReadable(masks, masks.size, (stored) => {
    if (stored.kind === 'colours') return;
    for (const value of new Set(stored.values)) if (value < WHITE && !ignore.includes(value)) most = Math.max(most, value);
  });
  return Array.from({ length: most + 1 }, (_, value) => String(value));
}

/**
 * Reads the first masks, several at once; those that cannot be read are passed over.
 * @throws what the first one throws where none can be read
 */
async function visitReadable(masks: StoredMasks, count: number, visit: (stored: StoredMask, file: string) => void): Promise<void> {
  const limited = concurrencyLimit(CONCURRENCY);
  const errors: unknown[] = [];
  const readOne = async (index: number): Promise<void> => {
    const stored = await masks.read(index, false).catch((error: unknown) => {
      if (!isUnreadable(error)) throw error;
      errors.push(error);
    });
    if (stored) visit(stored, masks.fileOf(index));
  };
  await Promise.all(Array.from({ length: count }, (_, index) => limited(() => readOne(index))));
  if (count > 0 && errors.length === count) throw errors[0];
}
