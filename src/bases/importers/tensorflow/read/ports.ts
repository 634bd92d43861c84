import type { TfPort } from '../graph.js';
import type { NodeDef } from '../proto/generated/tensorflow_pb.js';
import { readShape, readType } from './types.js';

/** `node:0` as the rest of the reader writes it: `node`. */
export function tensorText(name: string): string {
  return name.endsWith(':0') ? name.slice(0, -2) : name;
}

/** Attributes that tell the type of an operation's output, the surest first. */
const TYPE_ATTRIBUTES = ['dtype', 'DstT', 'output_type', 'out_type'];

/** The first output of a node as an input or output of the model. */
export function portOf({ name, attr }: NodeDef): TfPort {
  const type = TYPE_ATTRIBUTES.map((key) => attr[key]?.value).find((value) => value?.case === 'type');
  const shape = attr['shape']?.value;
  return {
    name,
    tensor: name,
    type: type?.case === 'type' ? readType(type.value) : 'other',
    dims: shape?.case === 'shape' ? readShape(shape.value) : undefined,
  };
}
