import type { TfAttribute } from '../graph.js';
import type { AttrValue, AttrValue_ListValue, NodeDef } from '../proto/generated/tensorflow_pb.js';
import { decodeText, type TensorReader } from './tensors.js';
import { readShape, readType } from './types.js';

/** The attributes of a node; those that a generic function leaves open are absent. @throws IMPORT_FILE_INVALID */
export function readAttributes({ name, attr }: NodeDef, tensors: TensorReader): Map<string, TfAttribute> {
  const read = Object.entries(attr).map(([key, value]) => [key, readAttribute(value, name, tensors)] as const);
  return new Map(read.filter((entry): entry is readonly [string, TfAttribute] => entry[1] !== undefined));
}

function readAttribute({ value: field }: AttrValue, node: string, tensors: TensorReader): TfAttribute | undefined {
  switch (field.case) {
    case 's':
      return { kind: 'string', value: decodeText(field.value) };
    case 'i':
      return { kind: 'int', value: Number(field.value) };
    case 'f':
      return { kind: 'float', value: field.value };
    case 'b':
      return { kind: 'bool', value: field.value };
    case 'type':
      return { kind: 'type', value: readType(field.value) };
    case 'shape':
      return { kind: 'shape', value: readShape(field.value) };
    case 'tensor':
      return { kind: 'tensor', value: tensors.read(field.value, node) };
    case 'func':
      return { kind: 'function', value: field.value.name };
    case 'list':
      return { kind: 'list', value: readList(field.value, node, tensors) };
    default:
      return undefined;
  }
}

/** A list has elements of one kind only. */
function readList(list: AttrValue_ListValue, node: string, tensors: TensorReader): TfAttribute[] {
  return [
    ...list.s.map((bytes) => ({ kind: 'string', value: decodeText(bytes) }) as const),
    ...list.i.map((value) => ({ kind: 'int', value: Number(value) }) as const),
    ...list.f.map((value) => ({ kind: 'float', value }) as const),
    ...list.b.map((value) => ({ kind: 'bool', value }) as const),
    ...list.type.map((number) => ({ kind: 'type', value: readType(number) }) as const),
    ...list.shape.map((shape) => ({ kind: 'shape', value: readShape(shape) }) as const),
    ...list.tensor.map((proto) => ({ kind: 'tensor', value: tensors.read(proto, node) }) as const),
    ...list.func.map(({ name }) => ({ kind: 'function', value: name }) as const),
  ];
}
