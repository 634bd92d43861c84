import type { DataType } from '../../core/index.js';

/** TensorProto.DataType numbers of the ONNX specification. */
const NUMBERS: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

const TYPES: ReadonlyMap<number, DataType> = new Map(Object.entries(NUMBERS).map(([type, number]) => [number, type as DataType]));

export function elementTypeNumber(type: DataType): number {
  return NUMBERS[type];
}

/** The element type of a TensorProto.DataType number, `undefined` for those Regraft does not compute with. */
export function elementTypeOf(number: number): DataType | undefined {
  return TYPES.get(number);
}
