import { fail, type Tensor, toNumbers } from '../../../core/index.js';
import { attributes } from '../attributes.js';
import { constantValue } from '../constants.js';
import type { Graph, Node, StoredTensor, TensorType } from '../model.js';
import { inferNode } from '../shapes/index.js';
import { removePassThrough } from '../static/pass-through.js';
import { allNames, NameSource, pruneUnused, type UseDef, useDef } from '../walk.js';
import { type Bindings, type MatchScope, matchPattern } from './match.js';
import type { Match, Replacement, RewriteRule } from './rule.js';

interface Applied {
  readonly rule: string;
  /** The node at which the matched part ended. */
  readonly node: string;
}

interface Skipped extends Applied {
  readonly reason: string;
}

export interface Rewritten {
  readonly graph: Graph;
  /** The types of all values, new ones included. */
  readonly types: ReadonlyMap<string, TensorType>;
  readonly applied: readonly Applied[];
  /** Places that match a rule's pattern but not its conditions. */
  readonly skipped: readonly Skipped[];
}

/**
 * Applies rules until none applies any more. Values computed inside a match must not be used outside it.
 * Graph inputs, outputs and parameters keep their names.
 *
 * @param types the static types of all values, from {@link inferTypes} or {@link staticTypes}
 */
export function rewrite(graph: Graph, types: ReadonlyMap<string, TensorType>, opset: number, rules: readonly RewriteRule[]): Rewritten {
  const rewriter = new Rewriter(graph, types, opset);
  while (rewriter.pass(rules)) {
    // Each pass may make room for the next.
  }
  return rewriter.result();
}

class Rewriter {
  readonly #types: Map<string, TensorType>;
  readonly #names: NameSource;
  readonly #applied: Applied[] = [];
  readonly #opset: number;
  #skipped = new Map<string, Skipped>();
  #graph: Graph;

  constructor(graph: Graph, types: ReadonlyMap<string, TensorType>, opset: number) {
    this.#graph = graph;
    this.#types = new Map(types);
    this.#names = new NameSource(allNames(graph));
    this.#opset = opset;
  }

  result(): Rewritten {
    return { graph: this.#graph, types: this.#types, applied: this.#applied, skipped: [...this.#skipped.values()] };
  }

  /** Applies every rule once wherever it applies; tells whether any did. */
  pass(rules: readonly RewriteRule[]): boolean {
    this.#skipped = new Map();
    return rules.filter((rule) => this.#applyRule(rule)).length > 0;
  }

  /** Applies a rule at all places that do not overlap. */
  #applyRule(rule: RewriteRule): boolean {
    const uses = useDef(this.#graph);
    const scope = this.#scope(uses);
    const taken = new Set<Node>();
    const edits = new Map<Node, readonly Node[]>();
    const initializers = new Map<string, StoredTensor>(this.#graph.initializers);
    // From the end, so that the largest form of a pattern is found before its parts.
    for (const node of this.#graph.nodes.toReversed()) {
      const found = this.#find(rule, node, uses, scope);
      if (!found || [...found.nodes].some((inner) => taken.has(inner))) continue;
      const nodes = this.#replace(rule, this.#match(node, found, scope), initializers);
      if (!nodes) continue;
      edits.set(node, nodes);
      for (const inner of found.nodes) taken.add(inner);
      this.#applied.push({ rule: rule.name, node: node.name });
    }
    if (edits.size === 0) return false;
    const nodes = this.#graph.nodes.flatMap((node) => edits.get(node) ?? [node]);
    const edited = { ...this.#graph, initializers, nodes };
    this.#graph = pruneUnused(removePassThrough(edited, { type: (name) => this.#types.get(name), constant: this.#scope(useDef(edited)).constant }));
    return true;
  }

  #scope(uses: UseDef): MatchScope {
    const constant = (name: string): Tensor | undefined => {
      const producer = uses.producer(name);
      const stored = this.#graph.initializers.get(name) ?? (producer && constantValue(producer));
      return stored?.type === 'opaque' ? undefined : stored;
    };
    return { producer: uses.producer, constant };
  }

  #find(rule: RewriteRule, node: Node, uses: UseDef, scope: MatchScope): Bindings | undefined {
    for (const pattern of rule.patterns) {
      const found = matchPattern(pattern, node.outputs[0] ?? '', scope);
      if (!found) continue;
      const reason = (rule.sharedInside ? undefined : usedOutside(found, node, uses)) ?? rule.check(this.#match(node, found, scope));
      if (reason === undefined) return found;
      this.#skip(rule, node, reason);
    }
    return undefined;
  }

  #skip(rule: RewriteRule, node: Node, reason: string): void {
    this.#skipped.set(`${rule.name} ${node.name}`, { rule: rule.name, node: node.name, reason });
  }

  #match(root: Node, { values, named }: Bindings, scope: MatchScope): Match {
    const value = (name: string): string => values.get(name) ?? fail('REWRITE_NO_CAPTURE', { name, node: root.name });
    return {
      root,
      value,
      node: (name) => named.get(name) ?? fail('REWRITE_NO_CAPTURE', { name, node: root.name }),
      has: (name) => values.has(name) || named.has(name),
      type: (name) => this.#types.get(name) ?? fail('GRAPH_NO_VALUE', { name }),
      numbers: (name) => {
        const constant = scope.constant(name);
        return constant && toNumbers(constant);
      },
    };
  }

  /** The nodes that take the place of a match's root; `undefined` when they would not make a value of the same type. */
  #replace(rule: RewriteRule, match: Match, initializers: Map<string, StoredTensor>): readonly Node[] | undefined {
    const output = match.root.outputs[0] ?? '';
    const made = this.#maker(output, initializers);
    const result = rule.replace(match, made.make);
    const [before, after] = [match.type(output), match.type(result)];
    if (before.type !== after.type || String(before.dims) !== String(after.dims)) {
      this.#skip(
        rule,
        match.root,
        `the result would be ${after.type} [${after.dims.join(', ')}] instead of ${before.type} [${before.dims.join(', ')}]`,
      );
      return undefined;
    }
    return named(made.nodes, result, output);
  }

  #maker(hint: string, initializers: Map<string, StoredTensor>): { readonly make: Replacement; readonly nodes: Node[] } {
    const nodes: Node[] = [];
    const constants = new Map<string, Tensor>();
    const make: Replacement = {
      op: (op, inputs, values = {}) => {
        const name = this.#names.fresh(`${hint}/${op}`);
        const node: Node = { name, op, domain: '', inputs, outputs: [name], attributes: attributes(values) };
        const constant = (input: string): Tensor | undefined => constants.get(input);
        const [type] = inferNode(node, { opset: this.#opset, type: (input) => this.#types.get(input), constant });
        if (type) this.#types.set(name, type);
        nodes.push(node);
        return name;
      },
      constant: (tensor) => {
        const name = this.#names.fresh(`${hint}/constant`);
        constants.set(name, tensor);
        initializers.set(name, tensor);
        this.#types.set(name, { type: tensor.type, dims: tensor.dims });
        return name;
      },
    };
    return { make, nodes };
  }
}

/** Why the inside of a match cannot go: a value of it is needed elsewhere. */
function usedOutside({ nodes }: Bindings, root: Node, uses: UseDef): string | undefined {
  for (const node of nodes) {
    if (node === root) continue;
    for (const output of node.outputs) {
      if (uses.isOutput(output)) return `"${output}" is an output of the graph`;
      const other = uses.consumers(output).find((consumer) => !nodes.has(consumer));
      if (other) return `"${output}" is also used by ${other.op} node "${other.name}"`;
    }
  }
  return undefined;
}

/** The nodes, the value `result` of theirs, or of the graph, named `output`. */
function named(nodes: readonly Node[], result: string, output: string): readonly Node[] {
  if (!nodes.some((node) => node.outputs[0] === result)) {
    return [...nodes, { name: output, op: 'Identity', domain: '', inputs: [result], outputs: [output], attributes: {} }];
  }
  return nodes.map((node) => (node.outputs[0] === result ? { ...node, name: output, outputs: [output] } : node));
}
