import { type DataType, isDataType, rowOf } from '../../../../core/index.js';

/** Types by the names of the storages that hold them. */
const STORAGES: Readonly<Record<string, string>> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  ComplexDoubleStorage: 'complex128',
  ComplexFloatStorage: 'complex64',
  QUInt8Storage: 'quint8',
  QInt8Storage: 'qint8',
  QInt32Storage: 'qint32',
  QUInt4x2Storage: 'quint4x2',
  QUInt2x4Storage: 'quint2x4',
  /** Bytes; their tensors say what type they are of. */
  UntypedStorage: 'uint8',
};

/** Bytes an element takes, by PyTorch's name of its type. */
const WIDTHS: Readonly<Record<string, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
  complex128: 16,
  complex64: 8,
  complex32: 4,
  quint8: 1,
  qint8: 1,
  qint32: 4,
  quint4x2: 1,
  quint2x4: 1,
  float8_e4m3fn: 1,
  float8_e5m2: 1,
  float8_e4m3fnuz: 1,
  float8_e5m2fnuz: 1,
  float8_e8m0fnu: 1,
};

/** The type of the elements in a storage: `torch.FloatStorage`, `torch.cuda.HalfStorage`, `torch.storage.UntypedStorage`. */
export function elementTypeOfStorage(name: string): string | undefined {
  const module = name.slice(0, name.lastIndexOf('.'));
  return /^torch(?:\.\w+)?$/.test(module) ? rowOf(STORAGES, name.slice(module.length + 1)) : undefined;
}

/** `torch.uint16` as the name of a type. */
export function elementTypeNamed(name: string): string | undefined {
  const type = name.startsWith('torch.') ? name.slice('torch.'.length) : '';
  return widthOf(type) === undefined ? undefined : type;
}

export function widthOf(elementType: string): number | undefined {
  return rowOf(WIDTHS, elementType);
}

/** What Regraft computes with; `undefined` for complex, quantised and 8-bit floating-point numbers. */
export function dataTypeOf(elementType: string): DataType | undefined {
  return isDataType(elementType) ? elementType : undefined;
}
