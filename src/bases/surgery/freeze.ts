import { fail } from '../../core/index.js';
import type { Graph } from '../../engine/graph/index.js';
import { parameterHint } from './nearest.js';
import type { Parameter } from './parameters.js';

/** Which parameters stay as they are. */
export type FreezeSpec =
  | { readonly kind: 'none' }
  /** All parameters. */
  | { readonly kind: 'all' }
  /** All that the named layer, node or value depends on, itself included. */
  | { readonly kind: 'until'; readonly name: string }
  /** Those whose name matches the regular expression. */
  | { readonly kind: 'match'; readonly pattern: string }
  /** This share of the parameter tensors, nearest the input first, in [0, 1]. */
  | { readonly kind: 'share'; readonly share: number };

/**
 * Names of the parameters that a freeze specification freezes.
 * @throws FREEZE_NO_MATCH when it names nothing in the graph.
 */
export function frozenBy(spec: FreezeSpec, graph: Graph, parameters: readonly Parameter[]): Set<string> {
  switch (spec.kind) {
    case 'none':
      return new Set();
    case 'all':
      return new Set(parameters.map(({ name }) => name));
    case 'share':
      return new Set(parameters.slice(0, Math.round(spec.share * parameters.length)).map(({ name }) => name));
    case 'match': {
      const pattern = regularExpression(spec.pattern);
      const names = parameters.map(({ name }) => name).filter((name) => pattern.test(name));
      // A constant of the graph does not change anyway: to name it is no mistake.
      const known = names.length > 0 || [...graph.initializers.keys()].some((name) => pattern.test(name));
      return known ? new Set(names) : noMatch(spec.pattern, parameters);
    }
    case 'until':
      return ancestors(spec.name, graph, parameters);
  }
}

/** @throws REGEX_INVALID */
export function regularExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (cause) {
    return fail('REGEX_INVALID', { pattern, reason: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}

/** Parameters that any value or node called `layer`, or in the layer of that name (`layer.…`, `layer/…`, `layer_…`), depends on. */
function ancestors(layer: string, graph: Graph, parameters: readonly Parameter[]): Set<string> {
  const belongs = (name: string): boolean => name === layer || (name.startsWith(layer) && /[./_:]/.test(name[layer.length] ?? ''));
  const reached = new Set<string>();
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i];
    if (node === undefined) continue;
    const named = belongs(node.name) || node.outputs.some(belongs) || node.inputs.some((input) => graph.initializers.has(input) && belongs(input));
    if (named || node.outputs.some((output) => reached.has(output))) for (const input of node.inputs) reached.add(input);
  }
  const frozen = parameters.map(({ name }) => name).filter((name) => reached.has(name));
  return frozen.length > 0 ? new Set(frozen) : noMatch(layer, parameters);
}

function noMatch(name: string, parameters: readonly Parameter[]): never {
  const example = parameters[Math.floor(parameters.length / 2)]?.name ?? '(the model has no parameters)';
  return fail('FREEZE_NO_MATCH', { name, hint: parameterHint(name, parameters), example });
}
