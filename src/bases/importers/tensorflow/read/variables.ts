import { fail, RegraftError, type Tensor } from '../../../../core/index.js';
import type { TfNode } from '../graph.js';
import { type NodeDef, TrackableObjectGraphSchema } from '../proto/generated/tensorflow_pb.js';
import { cutSlice, type TensorBundle } from './bundle/index.js';
import type { Program } from './program.js';
import { followRestore, type Stored } from './restore.js';
import { decode, invalid, type TfFile } from './source.js';

const VARIABLES: ReadonlySet<string> = new Set(['Variable', 'VariableV2', 'VarHandleOp', 'AutoReloadVariable']);

export function isVariable({ op }: Pick<TfNode, 'op'>): boolean {
  return VARIABLES.has(op);
}

/**
 * The values of the variables among `nodes`, by name of the node.
 * @param restoreOp the node that restores the whole graph
 * @throws IMPORT_VARIABLES_MISSING, and the errors of reading the checkpoint
 */
export async function readVariables(
  nodes: readonly TfNode[],
  program: Program,
  restoreOp: string,
  bundle: TensorBundle | undefined,
): Promise<Map<string, Tensor>> {
  const wanted = nodes.filter(isVariable);
  const values = new Map<string, Tensor>();
  if (wanted.length === 0) return values;
  const { file, uri } = program.source;
  const missing = (names: readonly string[]): never => fail('IMPORT_VARIABLES_MISSING', { file, uri, variables: names.slice(0, 8).join(', ') });
  if (!bundle) return missing(wanted.map(({ name }) => name));
  const restored = followRestore(program, restoreOp);
  const keys = await objectKeys(bundle, program);
  const stored = new StoredVariables(bundle, program.source);
  for (const node of wanted) {
    const place = whereStored(node, program.main.nodes.get(node.name), restored, keys, bundle) ?? missing([node.name]);
    values.set(node.name, await stored.read(place));
  }
  return values;
}

/** As the graph restores it; else by the variable's own name, as the objects of the checkpoint or as the checkpoint itself call it. */
function whereStored(
  node: TfNode,
  original: NodeDef | undefined,
  restored: ReadonlyMap<NodeDef, Stored>,
  keys: ReadonlyMap<string, string>,
  bundle: TensorBundle,
): Stored | undefined {
  const followed = original && restored.get(original);
  if (followed && bundle.has(followed.key)) return followed;
  const shared = node.attributes.get('shared_name');
  const names = [...(shared?.kind === 'string' && shared.value !== '' ? [shared.value] : []), node.name];
  const key = names.flatMap((name) => [keys.get(name) ?? [], name].flat()).find((name) => bundle.has(name));
  return key === undefined ? undefined : { key, slice: undefined };
}

/** Reads variables from a checkpoint, a partitioned one once for all of its parts. */
class StoredVariables {
  readonly #bundle: TensorBundle;
  readonly #source: TfFile;
  readonly #wholes = new Map<string, Promise<Tensor>>();

  constructor(bundle: TensorBundle, source: TfFile) {
    this.#bundle = bundle;
    this.#source = source;
  }

  async read({ key, slice }: Stored): Promise<Tensor> {
    if (!slice) return this.#bundle.read(key);
    const whole = this.#wholes.get(key) ?? this.#bundle.read(key);
    this.#wholes.set(key, whole);
    try {
      return cutSlice(await whole, slice);
    } catch (cause) {
      if (cause instanceof RegraftError) throw cause;
      return invalid(this.#source, `it restores a part of "${key}" that is not there`, cause);
    }
  }
}

const OBJECT_GRAPH = '_CHECKPOINTABLE_OBJECT_GRAPH';

/** Keys of a TensorFlow 2 checkpoint by the names of its variables. */
async function objectKeys(bundle: TensorBundle, { source }: Program): Promise<Map<string, string>> {
  if (!bundle.has(OBJECT_GRAPH)) return new Map();
  const graph = decode(TrackableObjectGraphSchema, await bundle.readText(OBJECT_GRAPH), source, 'the object graph of its checkpoint');
  return new Map(graph.nodes.flatMap(({ attributes }) => attributes.map(({ fullName, checkpointKey }) => [fullName, checkpointKey] as const)));
}
