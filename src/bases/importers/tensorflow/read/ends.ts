import { fail } from '../../../../core/index.js';
import type { TfPort } from '../graph.js';
import type { NodeDef } from '../proto/generated/tensorflow_pb.js';
import type { Frame } from './frame.js';
import { Links } from './links.js';
import { portOf, tensorText } from './ports.js';
import type { TfFile } from './source.js';
import { isVariable } from './variables.js';

/** Operations that are run for what they do, that hold what others read, or that tell sizes. */
const NO_RESULT = new RegExp(
  `^(?:${[
    'NoOp|Assert|Print\\w*|Const|Placeholder\\w*|Variable\\w*|VarHandleOp|VarIsInitializedOp|IsVariableInitialized|Assign\\w*',
    '(?:Resource|Sparse)*Apply\\w+|Save\\w*|Restore\\w*|MergeV2Checkpoints|ShardedFilename|\\w*Summary(?:V2)?|Write\\w+',
    'InitializeTable\\w*|Lookup\\w+|HashTable\\w*|Shape|ShapeN|Size|Rank',
  ].join('|')})$`,
);
/** Scope of what TensorFlow 1 adds to a graph for training. */
const TRAINING = /(?:^|\/)gradients(?:_\d+)?\//;

/** What is taken for the outputs of a graph that does not name them. */
export interface Ends {
  readonly ports: readonly TfPort[];
  /** Whether they were guessed from a graph that computes its loss as well. */
  readonly beforeLoss: boolean;
}

/**
 * The outputs of a graph that does not name any: `asked`; else what is computed from an input and read by nothing; else, where the graph was
 * made for training, its last layers.
 * @param asked names of nodes, separated by commas
 * @throws IMPORT_OUTPUTS
 */
export function findEnds(frame: Frame, asked: string | undefined, { file, uri }: TfFile): Ends {
  const training = [...frame.nodes.keys()].some((name) => TRAINING.test(name));
  const links = new Links([...frame.nodes.values()].filter(({ name, op }) => !TRAINING.test(name) && !/Summary(?:V2)?$/.test(op)));
  const unread = unreadResults(links);
  const layers = training ? lastLayers(links, unread) : [];
  const found = layers.length > 0 ? layers : unread;
  const refuse = (reason: string): never => fail('IMPORT_OUTPUTS', { file, uri, reason });
  if (asked === undefined) {
    if (found.length === 0) refuse('computes nothing that is left unread');
    return { ports: found.map(portOf), beforeLoss: layers.length > 0 };
  }
  const known = found.slice(0, 8).map(({ name }) => name);
  const portNamed = (name: string): TfPort => {
    const tensor = tensorText(name);
    const node = frame.nodes.get(tensor.replace(/:\d+$/, '')) ?? refuse(`has no node "${name}"; its ends are ${known.join(', ') || 'unknown'}`);
    return { ...portOf(node), name, tensor };
  };
  return { ports: asked.split(',').map((name) => portNamed(name.trim())), beforeLoss: false };
}

/** What depends on an input and is read by nothing; in a graph without inputs, all that is read by nothing. */
function unreadResults(links: Links): NodeDef[] {
  const unread = links.nodes.filter(({ name, op }) => links.readers(name).length === 0 && !NO_RESULT.test(op));
  const computed = links.below(inputsOf(links));
  const results = unread.filter(({ name }) => computed.has(name));
  return results.length > 0 ? results : unread;
}

/** A saver and a switch for dropout have defaults; what a model computes from has none, if there is a choice. */
function inputsOf({ nodes }: Links): string[] {
  const named = (op: RegExp): string[] => nodes.flatMap((node) => (op.test(node.op) ? node.name : []));
  const plain = named(/^Placeholder(?:V2)?$/);
  return plain.length > 0 ? plain : named(/^PlaceholderWithDefault$/);
}

/** How a variable reaches the layer that it belongs to. */
const CARRIES_WEIGHTS = /^(?:Identity|ReadVariableOp|ConcatV2|Reshape|Transpose|Cast)$/;

/**
 * The nodes that a graph's loss is computed from: of those that read inputs and weights, the ones that no other comes after. Labels meet
 * predictions only behind them. Where such a node is given another name by an Identity, that is taken.
 */
function lastLayers(links: Links, ends: readonly NodeDef[]): NodeDef[] {
  const named = new Map(links.nodes.map((node) => [node.name, node]));
  const fed = links.below(inputsOf(links));
  const passes = (name: string): boolean => !fed.has(name) && CARRIES_WEIGHTS.test(named.get(name)?.op ?? '');
  const weights = links.below(
    links.nodes.filter(isVariable).map(({ name }) => name),
    passes,
  );
  const used = links.above(ends.map(({ name }) => name));
  const layers = [...used].filter((name) => fed.has(name) && links.inputs(name).some((input) => weights.has(input)));
  const earlier = links.above(layers.flatMap((name) => links.inputs(name)));
  return layers.flatMap((name) => (earlier.has(name) ? [] : (named.get(renamed(name, links, named)) ?? [])));
}

function renamed(name: string, links: Links, named: ReadonlyMap<string, NodeDef>): string {
  const alias = links.readers(name).find((reader) => named.get(reader)?.op === 'Identity');
  return alias ?? name;
}
