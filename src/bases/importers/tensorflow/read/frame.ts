import type { FunctionDef, NodeDef } from '../proto/generated/tensorflow_pb.js';
import { outputOf } from './output-arguments.js';
import { invalid, type TfFile } from './source.js';

/** Nodes that refer to each other: a graph, or the body of one call of a function. */
export interface Frame {
  readonly nodes: ReadonlyMap<string, NodeDef>;
  /** The function, where the frame is a body. */
  readonly body?: Body;
  /** Who calls the body; none for a graph and for the body of a loop or conditional. */
  readonly caller?: Caller;
  /** Bodies of the calls among the nodes, once they were looked into. */
  readonly calls: Map<NodeDef, Frame>;
}

export interface Body {
  readonly definition: FunctionDef;
  /** Names of the arguments with their numbers. */
  readonly parameters: ReadonlyMap<string, number>;
}

export interface Caller {
  readonly frame: Frame;
  readonly node: NodeDef;
  readonly inputs: readonly string[];
}

/** What a node's inputs name: a node's output, or an argument of a body. */
export type Reference = { readonly node: NodeDef; readonly output: number } | { readonly parameter: string; readonly number: number };

export function openFrame(nodes: readonly NodeDef[], source: TfFile, body?: Body, caller?: Caller): Frame {
  const named = new Map<string, NodeDef>();
  for (const node of nodes) {
    if (named.has(node.name)) invalid(source, `it has two nodes named "${node.name}"`);
    named.set(node.name, node);
  }
  return { nodes: named, calls: new Map(), ...(body && { body }), ...(caller && { caller }) };
}

export function bodyOf(definition: FunctionDef): Body {
  return { definition, parameters: new Map(definition.signature?.inputArg.map(({ name }, i) => [name, i])) };
}

/** Inputs without those that only order the execution. */
export function dataInputs(node: NodeDef): string[] {
  return node.input.filter((input) => !input.startsWith('^'));
}

/**
 * Source: comments of function.proto.
 * @throws IMPORT_FILE_INVALID where nothing has the name
 */
export function findReference(text: string, frame: Frame, outputsOf: (op: string) => readonly string[] | undefined, source: TfFile): Reference {
  const [name = '', ...rest] = text.split(':');
  const number = frame.body?.parameters.get(name);
  if (number !== undefined) return { parameter: name, number };
  const node = frame.nodes.get(name) ?? invalid(source, `a node reads "${text}", which nothing defines`);
  const index = /^\d+$/.test(rest.at(-1) ?? '') ? rest.pop() : undefined;
  const [argument] = rest;
  const first = argument === undefined ? 0 : (outputsOf(node.op)?.indexOf(argument) ?? outputOf(node.op, argument));
  const output = first + Number(index ?? 0);
  if (first < 0) invalid(source, `a node reads "${text}", which ${node.op} does not have`);
  return { node, output };
}
