import { fail } from '../../../core/index.js';
import { type Colour, type Mask, NO_CLASS } from '../image.js';
import type { MaskOptionsFound } from './options.js';
import type { StoredMask } from './stored.js';

/** Turns what a mask file holds into classes. */
export interface MaskReading {
  /** In the order of the class indices. */
  readonly names: readonly string[];
  /** Whether values are compared with a threshold alone. */
  readonly toleratesNoise: boolean;
  /** @throws DATA_MASK_VALUE, DATA_MASK_COLOURS */
  read(stored: StoredMask, file: string): Mask;
}

/** Names of the two classes of masks that know no more than these. */
export const TWO_CLASSES = ['background', 'foreground'] as const;
/** Where a class of a value or a colour is looked up: this one has none. */
const UNKNOWN = -1;
/** Values that a message lists. */
const LISTED = 8;

/** Values are classes. @param names as many as there are classes */
export function indexReading(names: readonly string[], { ignore }: MaskOptionsFound): MaskReading {
  const ignored = new Set(ignore.filter((value) => typeof value === 'number'));
  const classOf = (value: number): number => (ignored.has(value) ? NO_CLASS : value < names.length ? value : UNKNOWN);
  const read = (stored: StoredMask, file: string): Mask => {
    if (stored.kind === 'colours') return failForColours(stored, file);
    return withValues(stored, classOf, (values) => unknownValues(file, values.map(String), names));
  };
  return { names, toleratesNoise: false, read };
}

/** Dark is the first class, bright the second. */
export function binaryReading(names: readonly string[], { threshold }: MaskOptionsFound): MaskReading {
  const classOf = (value: number): number => (value >= threshold ? 1 : 0);
  const read = (stored: StoredMask): Mask => {
    if (stored.kind === 'values') return withValues(stored, classOf, () => {});
    // Compression gives even black and white a tinge of colour.
    const { width, height, colours } = stored;
    return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => classOf(colours[3 * i + 1] as number)) };
  };
  return { names, toleratesNoise: true, read };
}

/** Each class has a colour; so has a palette index or a grey value. */
export function colourReading(colours: Readonly<Record<string, Colour>>, { ignore }: MaskOptionsFound): MaskReading {
  const names = Object.keys(colours);
  const classes = new Map<number, number>();
  for (const colour of ignore) if (typeof colour === 'object') classes.set(packed(...colour), NO_CLASS);
  for (const [index, colour] of Object.values(colours).entries()) classes.set(packed(...colour), index);
  const read = (stored: StoredMask, file: string): Mask => {
    const refuse = (found: readonly Colour[]): never => unknownValues(file, found.map(colourName), names);
    if (stored.kind === 'colours') return withColours(stored, classes, refuse);
    const colourOf = (value: number): Colour => stored.palette?.[value] ?? [value, value, value];
    return withValues(
      stored,
      (value) => classes.get(packed(...colourOf(value))) ?? UNKNOWN,
      (values) => refuse(values.map(colourOf)),
    );
  };
  return { names, toleratesNoise: false, read };
}

/** @throws DATA_MASK_COLOURS */
export function failForColours({ colours }: ColourMask, file: string): never {
  return fail('DATA_MASK_COLOURS', { file, found: listed(distinctColours(colours).map(colourName)) });
}

type ValueMask = StoredMask & { kind: 'values' };

function withValues({ width, height, values }: ValueMask, classOf: (value: number) => number, refuse: (unknown: readonly number[]) => void): Mask {
  const table = Int16Array.from({ length: values instanceof Uint16Array ? 2 ** 16 : 2 ** 8 }, (_, value) => classOf(value));
  const data = new Uint8Array(values.length);
  const unknown = new Set<number>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const found = table[value] as number;
    data[i] = found;
    if (found === UNKNOWN) unknown.add(value);
  }
  if (unknown.size > 0) refuse([...unknown].sort((a, b) => a - b));
  return { width, height, data };
}

type ColourMask = StoredMask & { kind: 'colours' };

function withColours(
  { width, height, colours }: ColourMask,
  classes: ReadonlyMap<number, number>,
  refuse: (unknown: readonly Colour[]) => never,
): Mask {
  const data = new Uint8Array(width * height);
  let last = -1;
  let found: number | undefined;
  for (let i = 0; i < data.length; i++) {
    const colour = packed(colours[3 * i] as number, colours[3 * i + 1] as number, colours[3 * i + 2] as number);
    // Neighbours are alike: most look-ups are saved.
    if (colour !== last) found = classes.get(colour);
    last = colour;
    if (found === undefined) refuse(distinctColours(colours).filter((one) => !classes.has(packed(...one))));
    data[i] = found as number;
  }
  return { width, height, data };
}

function packed(red: number, green: number, blue: number): number {
  return (red << 16) | (green << 8) | blue;
}

/** The colours of some pixels, in the order in which they come. */
function distinctColours(colours: Uint8Array): Colour[] {
  const found = new Set<number>();
  for (let i = 0; i < colours.length; i += 3) found.add(packed(colours[i] as number, colours[i + 1] as number, colours[i + 2] as number));
  return [...found].map((colour) => [colour >> 16, (colour >> 8) & 0xff, colour & 0xff]);
}

function colourName(colour: Colour): string {
  return `[${colour.join(', ')}]`;
}

function unknownValues(file: string, found: readonly string[], names: readonly string[]): never {
  const known = names.length <= LISTED ? names.join(', ') : `${names[0]} to ${names.at(-1)}`;
  return fail('DATA_MASK_VALUE', { file, found: listed(found), classes: names.length, known });
}

function listed(found: readonly string[]): string {
  const more = found.length - LISTED;
  return more > 0 ? `${found.slice(0, LISTED).join(', ')} and ${more} more` : found.join(', ');
}
