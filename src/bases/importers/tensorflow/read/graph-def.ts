import { fail } from '../../../../core/index.js';
import type { HubFolder } from '../../../hub/index.js';
import type { TfGraph, TfPort } from '../graph.js';
import { GraphDefSchema, type NodeDef } from '../proto/generated/tensorflow_pb.js';
import { type Ends, findEnds } from './ends.js';
import { type Flat, flatten } from './flatten.js';
import { portOf } from './ports.js';
import { Program } from './program.js';
import { decode, invalid, type TfFile, unsupported } from './source.js';
import { isVariable } from './variables.js';

/** A graph with what the user should know of how it was read. */
export interface TfReading {
  readonly graph: TfGraph;
  readonly notes: readonly string[];
}

/**
 * Reads a binary GraphDef (`frozen.pb`), whose weights are constants.
 * @param outputs names of the output nodes, separated by commas; else the nodes that nothing reads
 * @throws IMPORT_FILE_INVALID, IMPORT_FORMAT_UNSUPPORTED, IMPORT_OUTPUTS, IMPORT_VARIABLES_MISSING
 */
export async function readGraphDef(folder: HubFolder, entry: string, outputs?: string): Promise<TfReading> {
  const source: TfFile = { uri: folder.source.uri, file: entry, format: 'a TensorFlow graph' };
  if (entry.endsWith('txt')) unsupported(source, 'a TensorFlow graph in text form', 'binary graphs (.pb, written with as_text=False)');
  const bytes = await folder.root.read(entry);
  // A graph begins with a field of nodes, those with a number.
  if (bytes[0] === 8) invalid(source, 'it is another kind of model, such as a SavedModel (saved_model.pb beside its folder variables) or ONNX');
  const program = new Program(decode(GraphDefSchema, bytes, source, 'it'), source);
  checkNodes(program.main.nodes.values(), source);
  const ends = findEnds(program.main, outputs, source);
  const flat = openEnds(program, ends.ports);
  const variables = flat.nodes.filter(isVariable).map(({ name }) => name);
  if (variables.length > 0) fail('IMPORT_VARIABLES_MISSING', { file: entry, uri: source.uri, variables: someOf(variables) });
  return { graph: { ...flat, variables: new Map() }, notes: outputNotes(source, ends, outputs) };
}

function checkNodes(nodes: Iterable<NodeDef>, source: TfFile): void {
  let count = 0;
  for (const { name, op } of nodes) {
    if (name === '' || op === '') invalid(source, 'it does not hold the nodes of a graph');
    count++;
  }
  if (count === 0) invalid(source, 'it holds no nodes');
}

/** What `ends` need, with the placeholders among it as inputs: those with a default only where there are no others. */
export function openEnds(program: Program, ends: readonly TfPort[]): Flat {
  const flat = flatten(program, [], ends);
  const needed = new Set(flat.nodes.map(({ name }) => name));
  const ports = (op: RegExp): TfPort[] => [...program.main.nodes.values()].filter((node) => op.test(node.op) && needed.has(node.name)).map(portOf);
  const plain = ports(/^Placeholder(?:V2)?$/);
  return plain.length > 0 ? { ...flat, inputs: plain } : flatten(program, ports(/^PlaceholderWithDefault$/), ends);
}

/** What was guessed of a graph that does not name its outputs. */
export function outputNotes({ file }: TfFile, { ports, beforeLoss }: Ends, asked: string | undefined): string[] {
  if (asked !== undefined || (ports.length === 1 && !beforeLoss)) return [];
  const what = beforeLoss ? 'the last layers before the loss' : 'what nothing reads';
  const names = someOf(ports.map(({ name }) => name));
  return [`"${file}" does not name its outputs; taken: ${what}, ${names}. Name others as the signature, separated by commas.`];
}

export function someOf(names: readonly string[]): string {
  return names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '');
}
