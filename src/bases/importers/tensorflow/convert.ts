import { type DataType, fail, isDataType, RegraftError } from '../../../core/index.js';
import {
  type Dim,
  type Graph,
  MODERN_OPSET,
  type Model,
  pruneUnused,
  sinkTransposes,
  topologicalOrder,
  type ValueInfo,
} from '../../../engine/graph/index.js';
import { isControl } from './control.js';
import { Conversion } from './conversion.js';
import { OnnxEmitter } from './emitter.js';
import { Frame, isStore } from './frame.js';
import { functionalised } from './functionalise.js';
import type { TfFunction, TfGraph, TfPort } from './graph.js';
import { neededNodes } from './needed.js';
import { opConverters } from './ops/index.js';

/**
 * The ONNX model of a TensorFlow graph. Values and parameters keep their names; images stay `[N, H, W, C]` at the borders of the model.
 * @throws IMPORT_OPS naming all ops that have no ONNX form, IMPORT_NODE, IMPORT_LOOP, IMPORT_GRAPH, IMPORT_INPUT
 */
export function convertGraph(given: TfGraph): { readonly model: Model; readonly notes: readonly string[] } {
  if (given.outputs.length === 0) fail('IMPORT_GRAPH', { reason: 'it has no outputs' });
  const graph = functionalised(given);
  refuseUnknownOps([graph, ...graph.functions.values()]);
  try {
    return { model: modelOf(convert(graph)), notes: [] };
  } catch (error) {
    if (!(error instanceof RegraftError) || error.code !== 'IMPORT_LOOP') throw error;
    return { model: modelOf(convert(withSingleSamples(graph))), notes: [SINGLE] };
  }
}

const SINGLE = 'The model repeats a part of itself for every sample; it was imported for one sample at a time.';

function modelOf(graph: Graph): Model {
  const opsets = new Map([['', MODERN_OPSET]]);
  return { irVersion: 10, producer: { name: 'regraft', version: '' }, opsets, metadata: new Map(), functions: [], graph };
}

/** The graph for batches of one sample. */
function withSingleSamples(graph: TfGraph): TfGraph {
  return { ...graph, inputs: graph.inputs.map((port) => ({ ...port, dims: port.dims?.map((dim, axis) => (axis === 0 ? (dim ?? 1) : dim)) })) };
}

function refuseUnknownOps(functions: readonly TfFunction[]): void {
  const nodes = functions.flatMap((body) => neededNodes(body));
  const unknown = nodes.filter(({ op }) => !isStore(op) && !isControl(op) && !Object.hasOwn(opConverters, op));
  if (unknown.length === 0) return;
  const ops = [...new Set(unknown.map(({ op }) => op))].sort().join(', ');
  fail('IMPORT_OPS', { ops, node: unknown[0]?.name ?? '', count: Object.keys(opConverters).length });
}

type NumberPort = TfPort & { readonly type: DataType };

function isNumeric(port: TfPort): port is NumberPort {
  return isDataType(port.type);
}

function convert(graph: TfGraph): Graph {
  const inputs = graph.inputs.map((port) => (isNumeric(port) ? port : fail('IMPORT_INPUT', { input: port.name, type: port.type })));
  const emitter = new OnnxEmitter(inputs);
  const conversion = new Conversion(emitter, graph.variables, graph.functions);
  const frame = new Frame(
    conversion,
    graph,
    emitter.inputs.map(({ name }) => ({ value: name })),
  );
  frame.run();
  const outputs = graph.outputs.map((port) => outputOf(port, frame.value(port.tensor), emitter));
  const whole = emitter.finish(outputs);
  // A weight is stored when it is first read, which may be behind the node it ends up in.
  const sorted = pruneUnused({ ...whole, nodes: topologicalOrder(whole.nodes).sorted });
  return sinkTransposes(sorted, (name) => emitter.rank(name));
}

/** The value under the name of the output. */
function outputOf({ name, type, dims }: TfPort, value: string, emitter: OnnxEmitter): ValueInfo {
  const inferred = emitter.type(value);
  const output = value === name ? name : (emitter.node(name, 'Identity', [value])[0] ?? '');
  const known: readonly Dim[] | undefined = dims ?? inferred?.dims.map(() => null);
  const element = emitter.element(value) ?? (isDataType(type) ? type : 'unknown');
  return { name: output, type: { kind: 'tensor', type: element, dims: known?.map((dim, axis) => dim ?? (axis === 0 ? 'batch' : null)) } };
}
