import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttrValue,
  AttrValueSchema,
  type FunctionDef,
  FunctionDefSchema,
  GraphDefSchema,
  type NodeDef,
  NodeDefSchema,
} from '../../src/bases/importers/tensorflow/proto/generated/tensorflow_pb.js';

/** A node from `name = Op(input, input)`. */
export function nodeDef(text: string, attr: Readonly<Record<string, AttrValue>> = {}): NodeDef {
  const [, name = '', op = '', inputs = ''] = /^(\S+) = (\w+)\((.*)\)$/.exec(text) ?? [];
  return create(NodeDefSchema, { name, op, input: inputs.split(', ').filter((input) => input !== ''), attr });
}

/** A node that calls a function. */
export function callDef(text: string, callee: string): NodeDef {
  return nodeDef(text, { f: functionAttribute(callee) });
}

export function functionAttribute(name: string): AttrValue {
  return create(AttrValueSchema, { value: { case: 'func', value: { name } } });
}

export function functionDef(name: string, inputs: readonly string[], ret: Readonly<Record<string, string>>, nodes: readonly NodeDef[]): FunctionDef {
  const argument = (argumentName: string): { name: string; type: number } => ({ name: argumentName, type: 1 });
  const signature = { name, inputArg: inputs.map(argument), outputArg: Object.keys(ret).map(argument) };
  return create(FunctionDefSchema, { signature, nodeDef: [...nodes], ret });
}

/** The bytes of a GraphDef. */
export function graphBytes(nodes: readonly NodeDef[], functions: readonly FunctionDef[] = []): Uint8Array {
  return toBinary(GraphDefSchema, create(GraphDefSchema, { node: [...nodes], library: { function: [...functions] } }));
}
