import { fail } from '../../core/index.js';
import type { FunctionBody, Graph, Model, Node } from './model.js';
import { definedNames, mapSubgraphs, reads, subgraphs, topologicalOrder } from './walk.js';

/**
 * The model with all its nodes in topological order, known to define every name once and before it is used.
 * @throws ONNX_DUPLICATE_NAME, ONNX_UNDEFINED_VALUE, ONNX_UNDEFINED_OUTPUT, ONNX_CYCLE
 */
export function checkModel(model: Model, file: string): Model {
  const functions = model.functions.map((body) => checkFunction(body, file));
  return { ...model, functions, graph: checkGraph(model.graph, new Set(), file) };
}

function checkFunction(body: FunctionBody, file: string): FunctionBody {
  const defined = new Set(body.inputs);
  defineOutputs(body.nodes, defined, file);
  const nodes = checkNodes(body.nodes, defined, file);
  for (const output of body.outputs) if (!defined.has(output)) fail('ONNX_UNDEFINED_OUTPUT', { file, output, graph: body.name });
  return { ...body, nodes };
}

function checkGraph(graph: Graph, outer: ReadonlySet<string>, file: string): Graph {
  defineOutputs(graph.nodes, new Set([...graph.inputs.map((input) => input.name), ...graph.initializers.keys()]), file);
  const visible = definedNames(graph);
  for (const name of outer) visible.add(name);
  const nodes = checkNodes(graph.nodes, visible, file);
  for (const output of graph.outputs) if (!visible.has(output.name)) fail('ONNX_UNDEFINED_OUTPUT', { file, output: output.name, graph: graph.name });
  return { ...graph, nodes };
}

function defineOutputs(nodes: readonly Node[], defined: Set<string>, file: string): void {
  for (const node of nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (defined.has(output)) fail('ONNX_DUPLICATE_NAME', { file, name: output, node: `${node.op} node "${node.name}"` });
      defined.add(output);
    }
  }
}

function checkNodes(nodes: readonly Node[], visible: ReadonlySet<string>, file: string): readonly Node[] {
  const checked = nodes.map((node) => {
    for (const input of node.inputs) {
      if (input !== '' && !visible.has(input)) fail('ONNX_UNDEFINED_VALUE', { file, op: node.op, node: node.name, input });
    }
    return subgraphs(node).length === 0 ? node : mapSubgraphs(node, (graph) => checkGraph(graph, visible, file));
  });
  const { sorted, stuck } = topologicalOrder(checked);
  if (stuck.length > 0) fail('ONNX_CYCLE', { file, nodes: findCycle(stuck) });
  return sorted;
}

/** The names of the nodes on one cycle, found by walking producers until a node comes up again. */
function findCycle(stuck: readonly Node[]): string {
  const producers = new Map(stuck.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const path: Node[] = [];
  let node = stuck[0];
  while (node && !path.includes(node)) {
    path.push(node);
    node = reads(node).flatMap((name) => producers.get(name) ?? [])[0];
  }
  const cycle = path.slice(node ? path.indexOf(node) : 0).reverse();
  const names = cycle.slice(0, 8).map((member) => `"${member.name}"`);
  return names.join(' → ') + (cycle.length > 8 ? ' → …' : '');
}
