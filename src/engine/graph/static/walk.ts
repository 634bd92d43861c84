import { fail, isFloat } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { resolveControlFlow } from '../control-flow.js';
import { foldNode, foldsFromTypes } from '../fold/index.js';
import type { Graph, Node, StoredTensor, TensorType } from '../model.js';
import { inferNode } from '../shapes/index.js';
import { allNames, NameSource } from '../walk.js';
import { type InputDims, inputTypes } from './input-dims.js';
import { StaticScope } from './scope.js';
import { StaticSequences } from './sequences.js';

export interface InferOptions {
  /**
   * Float initialisers that are constants, not parameters: what is computed from them alone may be computed at compile
   * time. Float Constant nodes and integer initialisers always may.
   */
  readonly constants?: ReadonlySet<string>;
}

/** A graph without sequences of known length and without If nodes of known condition, and what is known of its values. */
export interface StaticWalk {
  readonly graph: Graph;
  readonly scope: StaticScope;
}

/** Walks the graph in topological order, stating the type of every value and computing the constant ones. */
export function walkStatically(graph: Graph, opset: number, dims: InputDims, options: InferOptions = {}): StaticWalk {
  const scope = openScope(graph, opset, dims, options);
  const visit = visitGraph(graph, scope, options);
  if (!visit.branching) return { graph: { ...graph, nodes: visit.nodes }, scope };
  return walkStatically(withoutKnownBranches(graph, scope, visit.branching), opset, dims, options);
}

/** The graph without sequences of known length and without If nodes whose condition these dimensions decide. @throws what `inferTypes` throws */
export function withKnownStructure(graph: Graph, opset: number, dims: InputDims): Graph {
  return walkStatically(graph, opset, dims).graph;
}

interface Visit {
  readonly nodes: readonly Node[];
  /** An If whose condition is known, at which the visit stopped. */
  readonly branching?: Node;
}

/**
 * A scope that knows the inputs and initialisers of a graph, for passes that visit the nodes themselves.
 * @throws SHAPE_CONFLICT, SHAPE_UNSPECIFIED, SHAPE_NO_INPUT, SHAPE_INPUT_TYPE
 */
export function openScope(graph: Graph, opset: number, dims: InputDims, options: InferOptions = {}): StaticScope {
  const scope = new StaticScope(opset);
  for (const [name, type] of inputTypes(graph, dims)) scope.types.set(name, type);
  storeInitializers(graph, scope, options);
  return scope;
}

function storeInitializers(graph: Graph, scope: StaticScope, options: InferOptions): void {
  for (const [name, tensor] of graph.initializers) scope.store(name, tensor, !isParameter(name, tensor, options));
}

/** Visits every node, up to an If whose condition is known. */
function visitGraph(graph: Graph, scope: StaticScope, options: InferOptions): Visit {
  const sequences = new StaticSequences(scope, new NameSource(allNames(graph)));
  const nodes: Node[] = [];
  const waiting = graph.nodes.toReversed();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.op === 'If' && scope.constant(node.inputs[0] ?? '')) return { nodes, branching: node };
    const others = sequences.replace(node);
    if (others) waiting.push(...others.toReversed());
    else {
      stateNode(node, scope, options);
      nodes.push(node);
    }
  }
  const sequence = graph.outputs.find((output) => sequences.has(output.name));
  if (sequence) fail('SHAPE_DYNAMIC', { op: 'Sequence', node: sequence.name });
  return { nodes };
}

/** States what is known of a node's outputs: their values, or else their types. @throws what `inferNode` throws */
export function stateNode(node: Node, scope: StaticScope, options: InferOptions = {}): void {
  const values = isFoldable(node, scope) ? foldNode(node, scope) : undefined;
  if (values) scope.fold(node, values);
  else scope.define(node, node.op === 'If' ? branchTypes(node, scope, options) : inferNode(node, scope));
}

function isParameter(name: string, tensor: StoredTensor, { constants }: InferOptions): boolean {
  return tensor.type !== 'opaque' && isFloat(tensor.type) && !constants?.has(name);
}

function isFoldable(node: Node, scope: StaticScope): boolean {
  return foldsFromTypes(node) || node.inputs.every((name) => name === '' || scope.isFoldable(name));
}

function withoutKnownBranches(graph: Graph, scope: StaticScope, branching: Node): Graph {
  const opsets = new Map([['', scope.opset]]);
  const model = { irVersion: 10, producer: { name: '', version: '' }, opsets, metadata: new Map(), functions: [], graph };
  const resolved = resolveControlFlow(model, (name) => scope.constant(name)).graph;
  return resolved.nodes.includes(branching) ? fail('SHAPE_DYNAMIC', { op: branching.op, node: branching.name }) : resolved;
}

/** The outputs of an If whose condition is only known at run time: those both branches agree on. */
function branchTypes(node: Node, scope: StaticScope, options: InferOptions): readonly TensorType[] {
  const [yes, no] = ['then_branch', 'else_branch'].map((name) => bodyTypes(attribute.graph(node, name), scope, options));
  return node.outputs.map((_, index) => {
    const [a, b] = [yes?.[index], no?.[index]];
    if (!a || !b || a.type !== b.type || String(a.dims) !== String(b.dims)) fail('SHAPE_DYNAMIC', { op: node.op, node: node.name });
    return a;
  });
}

function bodyTypes(graph: Graph | undefined, outer: StaticScope, options: InferOptions): readonly (TensorType | undefined)[] {
  if (!graph) return [];
  const scope = new StaticScope(outer.opset, outer);
  storeInitializers(graph, scope, options);
  const { branching } = visitGraph(graph, scope, options);
  if (branching) return bodyTypes(withoutKnownBranches(graph, scope, branching), outer, options);
  return graph.outputs.map((output) => scope.type(output.name));
}
