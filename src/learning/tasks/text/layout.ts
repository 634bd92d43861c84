import { allocate, fail, type Tensor } from '../../../core/index.js';
import type { SampleDims } from '../../data/index.js';
import type { EncodedText } from './reading.js';

/** What an input of a text model takes. */
export type TextRole = 'ids' | 'mask' | 'types' | 'positions';

/** What a model says of an input. */
export interface InputSignature {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | string | null)[];
}

/** An input of a text model `[N, T]`. */
export interface TextInputSlot {
  readonly name: string;
  readonly role: TextRole;
  readonly type: 'int64' | 'int32' | 'float32';
  /** Tokens it takes, where it takes no other number. */
  readonly length?: number;
}

/** Names that exporters give the inputs; the first match counts. */
const ROLES: readonly (readonly [TextRole, RegExp])[] = [
  ['types', /token_?type|segment|type_?ids/i],
  ['mask', /mask/i],
  ['positions', /position/i],
  ['ids', /ids|tokens|words|input/i],
];

/** The inputs of a text model by what they take. @throws BASE_NOT_TEXT */
export function textSlots(inputs: readonly InputSignature[]): TextInputSlot[] {
  const slots = inputs.map(slotOf);
  const ids = slots.filter((slot) => slot?.role === 'ids');
  if (ids.length !== 1 || slots.includes(undefined)) fail('BASE_NOT_TEXT', { inputs: inputs.map(({ name }) => name).join(', ') });
  return slots as TextInputSlot[];
}

function slotOf({ name, type, dims }: InputSignature): TextInputSlot | undefined {
  if (dims.length !== 2) return undefined;
  const role = ROLES.find(([, pattern]) => pattern.test(name))?.[0];
  const [, length] = dims;
  if (role === undefined || !isSlotType(type) || (role !== 'mask' && type === 'float32')) return undefined;
  return { name, role, type, ...(typeof length === 'number' && { length }) };
}

function isSlotType(type: string): type is TextInputSlot['type'] {
  return type === 'int64' || type === 'int32' || type === 'float32';
}

/** Shape of one text of `length` tokens. */
export function textDims(slots: readonly TextInputSlot[], length: number): SampleDims {
  return Object.fromEntries(slots.map(({ name }) => [name, [length]]));
}

/** Texts side by side, `[N, T]` an input, padded at the end. */
export function collateTexts(
  slots: readonly TextInputSlot[],
  texts: readonly EncodedText[],
  length: number,
  padId: number,
): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(slots.map((slot) => [slot.name, filled(slot, texts, length, padId)]));
}

function filled({ role, type }: TextInputSlot, texts: readonly EncodedText[], length: number, padId: number): Tensor {
  const data = allocate(type, texts.length * length);
  const put = (index: number, value: number): void => {
    data[index] = type === 'int64' ? BigInt(value) : value;
  };
  texts.forEach((text, row) => {
    for (let i = 0; i < length; i++) put(row * length + i, valueAt(role, text, i, padId));
  });
  return { type, dims: [texts.length, length], data };
}

function valueAt(role: TextRole, { ids, typeIds }: EncodedText, i: number, padId: number): number {
  const isPadding = i >= ids.length;
  if (role === 'ids') return isPadding ? padId : (ids[i] as number);
  if (role === 'mask') return isPadding ? 0 : 1;
  if (role === 'positions') return isPadding ? 0 : i;
  return isPadding ? 0 : (typeIds?.[i] ?? 0);
}
