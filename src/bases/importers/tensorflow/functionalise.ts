import { fail } from '../../../core/index.js';
import type { TfAttribute, TfFunction, TfGraph, TfNode, TfPort } from './graph.js';
import { neededNodes, nodeOf, plain } from './needed.js';

/**
 * A graph whose loops and conditionals are While and If nodes with functions, as TensorFlow 2 writes them. TensorFlow 1 writes them as nodes that
 * pass values on or hold them back (Enter, Merge, Switch, NextIteration, Exit).
 * Source: "Implementation of Control Flow in TensorFlow", 2017
 */
export function functionalised(graph: TfGraph): TfGraph {
  if (!graph.nodes.some(({ op }) => op === 'Merge' || op === 'Switch')) return graph;
  const editor = new Editor(graph);
  editor.replaceLoops();
  editor.replaceConditionals();
  return editor.result();
}

/** A loop of TensorFlow 1. */
interface LoopFrame {
  readonly name: string;
  readonly variables: readonly LoopVariable[];
  /** Enter nodes of what does not change in the loop. */
  readonly invariants: readonly TfNode[];
  readonly condition: TfNode;
}

interface LoopVariable {
  readonly merge: TfNode;
  readonly enter: TfNode;
  readonly next: TfNode;
  readonly switched: TfNode | undefined;
  readonly exit: TfNode | undefined;
}

class Editor {
  readonly #graph: TfGraph;
  readonly #nodes: Map<string, TfNode>;
  readonly #functions: Map<string, TfFunction>;

  constructor(graph: TfGraph) {
    this.#graph = graph;
    this.#nodes = new Map(graph.nodes.map((node) => [node.name, node]));
    this.#functions = new Map(graph.functions);
  }

  result(): TfGraph {
    const inner = [...this.#functions].flatMap(([name, body]) => [...this.#withoutConditionals(name, body)]);
    return { ...this.#graph, nodes: [...this.#nodes.values()], functions: new Map(inner) };
  }

  /** A body of a loop, and those of the conditionals in it. */
  #withoutConditionals(name: string, body: TfFunction): ReadonlyMap<string, TfFunction> {
    if (!body.nodes.some(({ op }) => op === 'Merge')) return new Map([[name, body]]);
    const editor = new Editor({ ...this.#graph, ...body, functions: new Map() });
    editor.replaceConditionals();
    const { nodes, functions } = editor.result();
    return new Map([...functions, [name, { ...body, nodes }]]);
  }

  /** Inner loops first: the body of an outer one then holds a While. */
  replaceLoops(): void {
    const names = new Set(this.#all('Enter').map((node) => textOf(node, 'frame_name')));
    const waiting = [...names].map((name) => this.#loop(name));
    while (waiting.length > 0) {
      const ready = waiting.findIndex((loop) => !waiting.some((other) => other !== loop && this.#isInside(other, loop)));
      const [loop] = waiting.splice(Math.max(ready, 0), 1);
      if (loop) this.#replaceLoop(loop);
    }
  }

  #all(op: string): TfNode[] {
    return [...this.#nodes.values()].filter((node) => node.op === op);
  }

  #node(tensor: string | undefined): TfNode {
    return this.#nodes.get(nodeOf(tensor ?? '')) ?? broken(`there is no node "${tensor}"`);
  }

  #loop(name: string): LoopFrame {
    const enters = this.#all('Enter').filter((node) => textOf(node, 'frame_name') === name);
    const merges = this.#all('Merge').filter((merge) => merge.inputs.some((input) => enters.includes(this.#node(input))));
    const merged = new Set(merges.flatMap((merge) => merge.inputs.map(nodeOf)));
    const switches = this.#all('Switch').filter((node) => merges.includes(this.#node(node.inputs[0])));
    const condition = this.#node(switches[0]?.inputs[1]);
    if (condition.op !== 'LoopCond') broken(`the loop "${name}" has no condition`);
    const exits = this.#all('Exit');
    const variables = merges.map((merge): LoopVariable => {
      const [first, second] = merge.inputs.map((input) => this.#node(input));
      const [enter, next] = first?.op === 'Enter' ? [first, second] : [second, first];
      if (!enter || next?.op !== 'NextIteration') return broken(`the loop "${name}" does not come round`);
      const switched = switches.find((node) => nodeOf(node.inputs[0] ?? '') === merge.name);
      const exit = exits.find((node) => nodeOf(node.inputs[0] ?? '') === switched?.name);
      return { merge, enter, next, switched, exit };
    });
    return { name, variables, condition, invariants: enters.filter((enter) => !merged.has(enter.name)) };
  }

  /** Whether the loop `inner` is entered with values of the loop `outer`. */
  #isInside(inner: LoopFrame, outer: LoopFrame): boolean {
    const stop = new Set(inner.variables.flatMap(({ enter }) => enter.name));
    const bodies = outer.variables.map(({ next }) => next.inputs[0] ?? '');
    const found = this.#behind([...bodies, outer.condition.inputs[0] ?? ''], new Set(outer.variables.map(({ merge }) => merge.name)));
    return found.some((node) => stop.has(node.name));
  }

  #replaceLoop({ name, variables, invariants, condition }: LoopFrame): void {
    const ports = (tensors: readonly string[]): TfPort[] => [...tensors, ...invariants.map((node) => node.name)].map(port);
    const merges = variables.map(({ merge }) => merge.name);
    const steps = variables.map(({ switched, merge }) => (switched ? `${switched.name}:1` : merge.name));
    const ends = variables.map(({ next }) => next.inputs[0] ?? '');
    this.#functions.set(`${name}/condition`, this.#function(ports(merges), [condition.inputs[0] ?? '']));
    this.#functions.set(`${name}/body`, this.#function(ports(steps), [...ends, ...invariants.map((node) => node.name)]));
    const inputs = [...variables.map(({ enter }) => enter.inputs[0] ?? ''), ...invariants.map((node) => node.inputs[0] ?? '')];
    this.#nodes.set(name, { name, op: 'While', inputs, attributes: functions({ cond: `${name}/condition`, body: `${name}/body` }) });
    for (const [i, { exit }] of variables.entries()) if (exit) this.#nodes.set(exit.name, { ...exit, op: 'Identity', inputs: [`${name}:${i}`] });
    // The way round is gone; what only it used is not needed any more.
    for (const { merge, next } of variables) for (const node of [merge, next]) this.#nodes.delete(node.name);
  }

  #function(inputs: readonly TfPort[], outputs: readonly string[]): TfFunction {
    const fed = new Set(inputs.map(({ tensor }) => nodeOf(tensor)));
    return { nodes: this.#behind(outputs, fed), inputs, outputs: outputs.map(port) };
  }

  /** The nodes that compute `tensors`, not looking behind those in `fed`. */
  #behind(tensors: readonly string[], fed: ReadonlySet<string>): TfNode[] {
    const found = new Map<string, TfNode>();
    const waiting = tensors.map(nodeOf);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (fed.has(name) || found.has(name)) continue;
      const node = this.#nodes.get(name);
      if (!node) continue;
      found.set(name, node);
      waiting.push(...node.inputs.map(nodeOf));
    }
    return [...found.values()];
  }

  /** Inner conditionals come first in the order of the graph. */
  replaceConditionals(): void {
    // What nothing needs may join constants alone, whose condition shows in no value.
    const waiting = neededNodes({ ...this.#graph, nodes: [...this.#nodes.values()] }).filter(({ op }) => op === 'Merge');
    while (waiting.length > 0) {
      const ready = waiting.findIndex((merge) => !this.#behind(merge.inputs, new Set()).some((node) => node.op === 'Merge'));
      const [merge] = waiting.splice(Math.max(ready, 0), 1);
      if (merge) this.#replaceConditional(merge);
    }
  }

  #replaceConditional(merge: TfNode): void {
    const sides = merge.inputs.map((tensor) => this.#side(tensor));
    const [predicate] = sides.flatMap(({ switches }) => switches.map((node) => node.inputs[1] ?? ''));
    const isTrue = sides.map(({ taken }) => taken === 1);
    const [first, second] = sides;
    if (predicate === undefined || !first || !second) broken(`"${merge.name}" joins no branches of one condition`);
    // A side of constants alone is the other one.
    const [yes, no] = isTrue[0] || (first.taken === undefined && second.taken === 0) ? [first, second] : [second, first];
    const captured = [...new Set([...yes.captured, ...no.captured])];
    this.#functions.set(`${merge.name}/then`, { nodes: yes.nodes, inputs: captured.map(port), outputs: [port(yes.output)] });
    this.#functions.set(`${merge.name}/else`, { nodes: no.nodes, inputs: captured.map(port), outputs: [port(no.output)] });
    const attributes = functions({ then_branch: `${merge.name}/then`, else_branch: `${merge.name}/else` });
    this.#nodes.set(merge.name, { name: merge.name, op: 'If', inputs: [predicate, ...captured], attributes });
  }

  /** What lies between a Merge and the Switches of its condition. Values from before the condition are captured. */
  #side(tensor: string): Side {
    const nodes = new Map<string, TfNode>();
    const captured = new Set<string>();
    const switches: TfNode[] = [];
    const takens = new Set<number>();
    const visit = (input: string): void => {
      const node = this.#nodes.get(nodeOf(input));
      if (!node) {
        // What the body of a loop is given.
        captured.add(plain(input));
        return;
      }
      if (nodes.has(node.name)) return;
      if (node.op === 'Switch') {
        switches.push(node);
        takens.add(input.endsWith(':1') ? 1 : 0);
        nodes.set(node.name, { ...node, op: 'Identity', inputs: node.inputs.slice(0, 1) });
        captured.add(plain(node.inputs[0] ?? ''));
      } else if (node.op === 'Const' || this.#isConditional(node)) {
        nodes.set(node.name, node);
        for (const other of node.inputs) visit(other);
      } else captured.add(plain(input));
    };
    visit(tensor);
    // A constant stays the node that it is elsewhere.
    const renamed = [...nodes.values()].map((node) =>
      node.inputs.length === 0 ? node : { ...node, inputs: node.inputs.map((input) => behindSwitch(input, nodes)) },
    );
    return { nodes: renamed, captured: [...captured], switches, taken: [...takens][0], output: behindSwitch(tensor, nodes) };
  }

  /** Whether the node is computed in a branch only. */
  #isConditional(node: TfNode): boolean {
    return this.#behind([node.name], new Set()).some(({ op }) => op === 'Switch');
  }
}

interface Side {
  readonly nodes: readonly TfNode[];
  readonly captured: readonly string[];
  readonly switches: readonly TfNode[];
  /** Which output of the Switches leads here, `undefined` where none does. */
  readonly taken: number | undefined;
  readonly output: string;
}

/** A Switch passes its value on by output 0 or 1; the Identity in its place has output 0 alone. */
function behindSwitch(tensor: string, nodes: ReadonlyMap<string, TfNode>): string {
  const name = nodeOf(tensor);
  return tensor.endsWith(':1') && nodes.get(name)?.op === 'Identity' ? name : tensor;
}

function port(tensor: string): TfPort {
  return { name: tensor, tensor, type: 'other', dims: undefined };
}

function functions(names: Readonly<Record<string, string>>): ReadonlyMap<string, TfAttribute> {
  return new Map(Object.entries(names).map(([key, value]) => [key, { kind: 'function', value }]));
}

function textOf(node: TfNode, name: string): string {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'string' ? attribute.value : '';
}

function broken(reason: string): never {
  return fail('IMPORT_GRAPH', { reason });
}
