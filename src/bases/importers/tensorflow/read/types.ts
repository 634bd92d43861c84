import { type DataType, isDataType } from '../../../../core/index.js';
import type { TfShape, TfType } from '../graph.js';
import type { TensorShapeProto } from '../proto/generated/tensorflow_pb.js';

/** By number of `DataType` in tensorflow/core/framework/types.proto; complex and quantised types are absent. */
const TYPES: ReadonlyMap<number, DataType | 'string' | 'resource'> = new Map([
  [1, 'float32'],
  [2, 'float64'],
  [3, 'int32'],
  [4, 'uint8'],
  [5, 'int16'],
  [6, 'int8'],
  [7, 'string'],
  [9, 'int64'],
  [10, 'bool'],
  [14, 'bfloat16'],
  [17, 'uint16'],
  [19, 'float16'],
  [20, 'resource'],
  [22, 'uint32'],
  [23, 'uint64'],
]);

/** References, which TensorFlow 1 gives to variables, are of the number of their type and this. */
const REFERENCE = 100;

export function readType(number: number): TfType {
  return TYPES.get(number > REFERENCE ? number - REFERENCE : number) ?? 'other';
}

export function isNumeric(type: TfType): type is DataType {
  return isDataType(type);
}

export function readShape(shape: TensorShapeProto | undefined): TfShape {
  if (!shape || shape.unknownRank) return undefined;
  return shape.dim.map(({ size }) => (size < 0n ? null : Number(size)));
}
