import { joinBytes } from '../../../core/index.js';
import type { Colour } from '../image.js';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Where the header's data begin: behind the signature, its length and its name. */
const HEADER = 16;
const HEADER_BYTES = 13;
const FIRST_CHUNK = 8;
/** Positions in the header. */
const DEPTH = 8;
const COLOUR_TYPE = 9;
/** Colour types of PNG. */
const GREY = 0;
const PALETTE = 3;
const GREY_ALPHA = 4;

/** A PNG file whose pixels, once decoded, are the numbers that it stores. */
export interface NumberPng {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `values`: red is the number. `wide`: the number is 256 times red, plus alpha. `colours`: it stores colours. */
  readonly holds: 'values' | 'wide' | 'colours';
  /** What the numbers stand for, where the file says so. */
  readonly palette?: readonly Colour[];
}

export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER + HEADER_BYTES && SIGNATURE.every((value, i) => bytes[i] === value);
}

/**
 * Rewrites a PNG file so that any decoder gives the numbers in it: decoders turn palette indices into colours, stretch grey values of few bits
 * to 0 to 255 and apply colour profiles. With the palette 0, 1, 2, … in place of its own, and without the chunks on how it should look, the
 * compressed pixels stay as they are and come out unchanged. Grey of 16 bits is laid out as grey with alpha of 8 bits is.
 * Source: W3C, Portable Network Graphics Specification, third edition, sections 4.4 and 11.
 */
export function asNumbers(file: Uint8Array<ArrayBuffer>): NumberPng {
  const header = file.slice(HEADER, HEADER + HEADER_BYTES);
  const [depth = 0, type] = [header[DEPTH], header[COLOUR_TYPE]];
  const chunks = chunksOf(file);
  const pixels = chunks.filter(({ name }) => name === 'IDAT' || name === 'IEND').map(({ whole }) => whole);
  const write = (holds: NumberPng['holds'], ...head: readonly Uint8Array[]): NumberPng => ({
    bytes: joinBytes([SIGNATURE, ...head, ...pixels]),
    holds,
  });
  if (type === GREY && depth === 16) return write('wide', chunk('IHDR', retyped(header, 8, GREY_ALPHA)));
  if (type !== GREY && type !== PALETTE) return write('colours', chunk('IHDR', header));
  const numbers = write('values', chunk('IHDR', retyped(header, depth, PALETTE)), chunk('PLTE', identityPalette(depth)));
  const palette = chunks.find(({ name }) => name === 'PLTE');
  return palette && type === PALETTE ? { ...numbers, palette: coloursOf(palette.data) } : numbers;
}

interface Chunk {
  readonly name: string;
  readonly data: Uint8Array;
  /** With length, name and checksum. */
  readonly whole: Uint8Array;
}

/** What is cut off at the end stays cut off, for the decoder to find. */
function chunksOf(file: Uint8Array<ArrayBuffer>): Chunk[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks: Chunk[] = [];
  for (let at = FIRST_CHUNK; at + 8 <= file.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
    chunks.push({ name, data: file.subarray(at + 8, at + 8 + length), whole: file.subarray(at, at + 12 + length) });
    at += 12 + length;
  }
  return chunks;
}

function retyped(header: Uint8Array, depth: number, type: number): Uint8Array {
  const result = header.slice();
  result[DEPTH] = depth;
  result[COLOUR_TYPE] = type;
  return result;
}

/** Each index as the grey of that value. */
function identityPalette(depth: number): Uint8Array {
  return Uint8Array.from({ length: 3 * 2 ** Math.min(depth, 8) }, (_, i) => Math.floor(i / 3));
}

function coloursOf(data: Uint8Array): Colour[] {
  return Array.from({ length: Math.floor(data.length / 3) }, (_, i) => [data[3 * i] as number, data[3 * i + 1] as number, data[3 * i + 2] as number]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const result = new Uint8Array(12 + data.length);
  const view = new DataView(result.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) result[4 + i] = name.charCodeAt(i);
  result.set(data, 8);
  view.setUint32(8 + data.length, crc32(result.subarray(4, 8 + data.length)));
  return result;
}

/** The checksum of PNG's chunks; bit by bit, for a few hundred bytes. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
