import { fail, RegraftError } from '../../core/index.js';
import {
  type Dim,
  type Graph,
  inferTypes,
  type Model,
  type Node,
  pruneUnused,
  type TensorType,
  type ValueInfo,
  withKnownStructure,
} from '../../engine/graph/index.js';
import { freeNode, withRowsPerSample } from './batch/rules.js';
import { BatchTrial } from './batch/trial.js';

/** A model and whether it takes batches of any size. */
export interface FreedModel {
  readonly model: Model;
  readonly freed: boolean;
  /** Why the batch size stays as it is. */
  readonly reason?: string;
}

/** What stands in for dimensions that the file leaves open, beside the batch. */
const OPEN_DIMENSION = 64;

/**
 * The model with a symbolic batch dimension in every data input and output. Many files are exported for one batch size, which is then built
 * into the shapes of Reshape and Expand nodes and into constants with a row for each sample; these are undone, and the result is checked by
 * shape inference at two other sizes. A model that cannot be freed is returned as it was, with the reason. Parameters keep their names.
 *
 * @param model as `prepareModel` returns it
 */
export function freeBatch(model: Model): FreedModel {
  const batch = fixedBatch(model.graph);
  if (batch === undefined) return { model: { ...model, graph: nameBatch(model.graph) }, freed: true };
  try {
    const opset = model.opsets.get('') ?? fail('GRAPH_NO_VALUE', { name: 'opset' });
    const known = withKnownStructure(model.graph, opset, inputDims(model.graph));
    const graph = nameBatch(rewritten(known, opset, batch));
    const { types } = inferTypes(known, opset, inputDims(known));
    for (const size of [batch === 1 ? 2 : 1, batch + 3]) check(types, graph, opset, batch, size);
    return { model: { ...model, graph }, freed: true };
  } catch (error) {
    if (!(error instanceof RegraftError)) throw error;
    return { model, freed: false, reason: error.message };
  }
}

/** The batch size a model is bound to: the static leading dimension of its data inputs. `undefined` when it takes any. */
export function fixedBatch(graph: Graph): number | undefined {
  const leading = dataInputs(graph).flatMap((input) => dimsOf(input)?.slice(0, 1) ?? []);
  return leading.find((dim) => typeof dim === 'number');
}

function dataInputs(graph: Graph): readonly ValueInfo[] {
  return graph.inputs.filter(({ name }) => !graph.initializers.has(name));
}

function dimsOf({ type }: ValueInfo): readonly Dim[] | undefined {
  return type.kind === 'tensor' ? type.dims : undefined;
}

function rewritten(graph: Graph, opset: number, batch: number): Graph {
  const open = withOpenBatch(graph, batch);
  const trial = new BatchTrial(open, opset, { batch, stated: inputDims(open, batch), other: inputDims(open, otherThan(batch)) });
  for (const node of graph.nodes) addFreed(trial, freeNode(trial, node));
  return pruneUnused({ ...open, nodes: trial.nodes, initializers: new Map(trial.initializers), valueInfo: new Map() });
}

/** A size that no dimension of the file has by chance. */
function otherThan(batch: number): number {
  return batch * 13 + 29;
}

function addFreed(trial: BatchTrial, node: Node): void {
  try {
    trial.add(node);
  } catch (error) {
    const changed = withRowsPerSample(trial, node);
    if (changed === node) throw error;
    trial.add(changed);
  }
}

/** The graph with symbolic leading dimensions in its inputs. @throws BATCH_INPUTS when the inputs do not agree on a batch size */
function withOpenBatch(graph: Graph, batch: number): Graph {
  const data = new Set(dataInputs(graph));
  const odd = [...data].find((input) => typeof dimsOf(input)?.[0] === 'number' && dimsOf(input)?.[0] !== batch);
  if (odd) fail('BATCH_INPUTS', { input: odd.name, dims: (dimsOf(odd) ?? []).join(', '), batch });
  const symbol = freeSymbol(graph);
  return { ...graph, inputs: graph.inputs.map((input) => (data.has(input) ? withLeading(input, symbol) : input)) };
}

/** The graph with the leading dimension of its inputs in its outputs; a leading dimension without a name gets one. */
export function nameBatch(graph: Graph): Graph {
  const data = new Set(dataInputs(graph));
  const leading = [...data].map((input) => dimsOf(input)?.[0]).find((dim) => dim !== null && dim !== undefined) ?? freeSymbol(graph);
  const inputs = graph.inputs.map((input) => (data.has(input) && dimsOf(input)?.[0] === null ? withLeading(input, leading) : input));
  return { ...graph, inputs, outputs: graph.outputs.map((output) => withLeading(output, leading)) };
}

function withLeading(info: ValueInfo, leading: Dim): ValueInfo {
  const dims = dimsOf(info);
  if (info.type.kind !== 'tensor' || dims === undefined || dims.length === 0) return info;
  return { ...info, type: { ...info.type, dims: [leading, ...dims.slice(1)] } };
}

/** A name for the batch dimension that no other dimension has. */
function freeSymbol(graph: Graph): string {
  const taken = new Set(dataInputs(graph).flatMap((input) => dimsOf(input)?.slice(1) ?? []));
  return ['batch', 'batch_size', 'samples'].find((name) => !taken.has(name)) ?? 'regraft_batch';
}

/** Dimensions of the data inputs at a batch size; those the file leaves open get a stand-in. */
function inputDims(graph: Graph, batch?: number): Record<string, readonly number[]> {
  return Object.fromEntries(
    dataInputs(graph).map((input) => {
      const dims = dimsOf(input) ?? fail('SHAPE_UNSPECIFIED', { input: input.name, dims: '…' });
      const sized = dims.map((dim, axis) => (axis === 0 && batch !== undefined ? batch : typeof dim === 'number' ? dim : OPEN_DIMENSION));
      return [input.name, sized];
    }),
  );
}

/** Every output follows the batch in its leading dimension and in no other. @throws BATCH_OUTPUT */
function check(before: ReadonlyMap<string, TensorType>, freed: Graph, opset: number, batch: number, size: number): void {
  const after = inferTypes(freed, opset, inputDims(freed, size)).types;
  for (const { name } of freed.outputs) {
    const [old, now] = [before.get(name)?.dims ?? [], after.get(name)?.dims ?? []];
    const expected = [(((old[0] as number) / batch) * size) as number, ...old.slice(1)];
    if (old.length === 0 || String(now) !== String(expected)) fail('BATCH_OUTPUT', { output: name, batch, size, dims: now.join(', ') });
  }
}
