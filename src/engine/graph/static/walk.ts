import { fail, isFloat } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { resolveControlFlow } from '../control-flow.js';
import { foldNode, foldsFromTypes } from '../fold/index.js';
import type { Graph, Node, StoredTensor, TensorType } from '../model.js';
import { inferNode } from '../shapes/index.js';
import { type InputDims, inputTypes } from './input-dims.js';
import { StaticScope } from './scope.js';

export interface InferOptions {
  /**
   * Float initialisers that are constants, not parameters: what is computed from them alone may be computed at compile
   * time. Float Constant nodes and integer initialisers always may.
   */
  readonly constants?: ReadonlySet<string>;
}

/** A graph whose If nodes with a known condition are replaced, and what is known of its values. */
export interface StaticWalk {
  readonly graph: Graph;
  readonly scope: StaticScope;
}

/** Walks the graph in topological order, stating the type of every value and computing the constant ones. */
export function walkStatically(graph: Graph, opset: number, dims: InputDims, options: InferOptions = {}): StaticWalk {
  const inputs = inputTypes(graph, dims);
  let resolved = graph;
  for (;;) {
    const scope = new StaticScope(opset);
    for (const [name, type] of inputs) scope.types.set(name, type);
    const branching = visitGraph(resolved, scope, options);
    if (!branching) return { graph: resolved, scope };
    resolved = withoutKnownBranches(resolved, opset, scope, branching);
  }
}

/** Visits every node; stops at an If whose condition is known, and returns it. */
function visitGraph(graph: Graph, scope: StaticScope, options: InferOptions): Node | undefined {
  for (const [name, tensor] of graph.initializers) scope.store(name, tensor, !isParameter(name, tensor, options));
  for (const node of graph.nodes) {
    if (node.op === 'If' && scope.constant(node.inputs[0] ?? '')) return node;
    const values = isFoldable(node, scope) ? foldNode(node, scope) : undefined;
    if (values) scope.fold(node, values);
    else scope.define(node, node.op === 'If' ? branchTypes(node, scope, options) : inferNode(node, scope));
  }
  return undefined;
}

function isParameter(name: string, tensor: StoredTensor, { constants }: InferOptions): boolean {
  return tensor.type !== 'opaque' && isFloat(tensor.type) && !constants?.has(name);
}

function isFoldable(node: Node, scope: StaticScope): boolean {
  return foldsFromTypes(node) || node.inputs.every((name) => name === '' || scope.isFoldable(name));
}

function withoutKnownBranches(graph: Graph, opset: number, scope: StaticScope, branching: Node): Graph {
  const model = { irVersion: 10, producer: { name: '', version: '' }, opsets: new Map([['', opset]]), metadata: new Map(), functions: [], graph };
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
  const branching = visitGraph(graph, scope, options);
  if (branching) return bodyTypes(withoutKnownBranches(graph, outer.opset, scope, branching), outer, options);
  return graph.outputs.map((output) => scope.type(output.name));
}
