import { fail } from '../../../../core/index.js';
import type { TfPort } from '../graph.js';
import type { NodeDef } from '../proto/generated/tensorflow_pb.js';
import { dataInputs, type Frame } from './frame.js';
import { portOf, tensorText } from './ports.js';
import type { TfFile } from './source.js';

/** Operations that are run for what they do, or that hold what others read. */
const NO_RESULT =
  /^(?:NoOp|Assert|Print\w*|Const|Placeholder\w*|Variable\w*|VarHandleOp|VarIsInitializedOp|IsVariableInitialized|(?:Resource|Sparse)*Apply\w+|Assign\w*|Save\w*|Restore\w*|MergeV2Checkpoints|ShardedFilename|\w*Summary(?:V2)?|Write\w+|InitializeTable\w*|Lookup\w+|HashTable\w*)$/;
/** Scope of what TensorFlow 1 adds to a graph for training. */
const TRAINING = /(?:^|\/)gradients(?:_\d+)?\//;

/**
 * The outputs of a graph that does not name any: `asked`, or what is computed from an input and read by nothing.
 * @param asked names of nodes, separated by commas
 * @throws IMPORT_OUTPUTS
 */
export function findEnds(frame: Frame, asked: string | undefined, { file, uri }: TfFile): TfPort[] {
  if (asked !== undefined) return asked.split(',').map((name) => portNamed(name.trim(), frame, file, uri));
  const results = resultsOf(frame);
  if (results.length === 0) fail('IMPORT_OUTPUTS', { file, uri, reason: 'computes nothing that is left unread' });
  return results.map(portOf);
}

/** Whether a graph holds what TensorFlow 1 adds to train it. */
export function hasGradients({ nodes }: Frame): boolean {
  return [...nodes.keys()].some((name) => TRAINING.test(name));
}

function portNamed(name: string, frame: Frame, file: string, uri: string): TfPort {
  const tensor = tensorText(name);
  const node = frame.nodes.get(tensor.replace(/:\d+$/, ''));
  if (node) return { ...portOf(node), name, tensor };
  const names = resultsOf(frame).map((end) => end.name);
  return fail('IMPORT_OUTPUTS', { file, uri, reason: `has no node "${name}"; nothing reads ${names.slice(0, 8).join(', ') || 'none of its nodes'}` });
}

/** What depends on an input and is read by nothing; in a graph without inputs, all that is read by nothing. */
function resultsOf(frame: Frame): NodeDef[] {
  const ends = unread(frame);
  const computed = dependOnInputs(frame);
  const found = ends.filter((node) => computed.has(node.name));
  return found.length > 0 ? found : ends;
}

/** Nodes that nothing reads but what watches or trains the model. */
function unread(frame: Frame): NodeDef[] {
  const nodes = [...frame.nodes.values()].filter(({ name }) => !TRAINING.test(name));
  const readers = nodes.filter(({ op }) => !/Summary(?:V2)?$/.test(op));
  const read = new Set(readers.flatMap((node) => dataInputs(node).map(nodeOf)));
  return nodes.filter(({ name, op }) => !read.has(name) && !NO_RESULT.test(op));
}

/** Names of the nodes that depend on a placeholder. */
function dependOnInputs(frame: Frame): ReadonlySet<string> {
  const readers = new Map<string, string[]>();
  for (const node of frame.nodes.values()) {
    for (const input of dataInputs(node)) {
      const known = readers.get(nodeOf(input));
      if (known) known.push(node.name);
      else readers.set(nodeOf(input), [node.name]);
    }
  }
  const placeholders = [...frame.nodes.values()].filter(({ op }) => op.startsWith('Placeholder'));
  const found = new Set(placeholders.map(({ name }) => name));
  // The set grows while it is walked.
  for (const name of found) for (const reader of readers.get(name) ?? []) found.add(reader);
  return found;
}

function nodeOf(input: string): string {
  const colon = input.indexOf(':');
  return colon < 0 ? input : input.slice(0, colon);
}
