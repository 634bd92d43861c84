import { toNumbers } from '../../../core/index.js';
import type { Bound, Run } from './bound.js';
import type { TfFunction, TfNode } from './graph.js';
import type { OpScope } from './scope.js';

/** Steps a loop is written out for at most: a model with more is no recurrent layer. */
const MOST_STEPS = 2000;

const controls: Readonly<Record<string, (frame: Run, node: TfNode, op: OpScope) => readonly Bound[]>> = {
  If: branch,
  StatelessIf: branch,
  While: loop,
  StatelessWhile: loop,
};

export function isControl(op: string): boolean {
  return Object.hasOwn(controls, op);
}

/** Converts a conditional or a loop. @throws IMPORT_NODE */
export function convertControl(frame: Run, node: TfNode, op: OpScope): void {
  const results = controls[node.op]?.(frame, node, op) ?? [];
  for (const [i, result] of results.entries()) frame.bind(i === 0 ? node.name : `${node.name}:${i}`, result);
}

function functionOf(frame: Run, op: OpScope, name: string): TfFunction {
  const attribute = op.node.attributes.get(name);
  const body = attribute?.kind === 'function' ? frame.conversion.functions.get(attribute.value) : undefined;
  return body ?? op.refuse(`its function ${name} is missing`);
}

/**
 * A loop is written out step by step, so that it can be trained through like any other graph. The number of steps must follow from the model.
 */
function loop(frame: Run, node: TfNode, op: OpScope): readonly Bound[] {
  const [condition, body] = [functionOf(frame, op, 'cond'), functionOf(frame, op, 'body')];
  let state: readonly Bound[] = node.inputs.map((tensor) => frame.bound(tensor));
  for (let step = 0; step <= MOST_STEPS; step++) {
    const goesOn = known(frame.inner(condition, state));
    if (goesOn === undefined)
      op.refuse('how often it repeats is only known when the model runs; fix the sizes of its inputs (batch and steps) and export again');
    if (goesOn === 0) return state;
    state = frame.inner(body, state).run();
  }
  return op.refuse(`it repeats more than ${MOST_STEPS} times`);
}

/** The number that a frame computes, where the model fixes it. */
function known(frame: Run): number | undefined {
  const [bound] = frame.run();
  if (bound === undefined || 'list' in bound) return undefined;
  const tensor = 'value' in bound ? frame.conversion.emitter.fixed(bound.value) : bound.frame.constant(bound.tensor);
  return tensor && toNumbers(tensor)[0];
}

/** The branch that is taken where the model decides it, else both as the bodies of an ONNX If. */
function branch(frame: Run, node: TfNode, op: OpScope): readonly Bound[] {
  const inputs = node.inputs.slice(1).map((tensor) => frame.bound(tensor));
  const [taken] = op.knownNumbers(0) ?? [];
  const run = (name: string): Bound[] => frame.inner(functionOf(frame, op, name), inputs).run();
  if (taken !== undefined) return run(taken === 0 ? 'else_branch' : 'then_branch');
  const { emitter } = frame.conversion;
  const values = (bounds: readonly Bound[]): string[] => bounds.map((bound) => asValue(bound, op));
  const [yes, no] = ['then_branch', 'else_branch'].map((name) => emitter.body(`${node.name}/${name}`, () => values(run(name))));
  const condition = op.cast(op.input(0), 'bool');
  const results = op.emitMany('If', [condition], { then_branch: yes, else_branch: no }, yes?.outputs.length ?? 0);
  return results.map((value) => ({ value }));
}

function asValue(bound: Bound, op: OpScope): string {
  if ('value' in bound) return bound.value;
  return 'list' in bound ? op.refuse('a branch returns a list') : bound.frame.value(bound.tensor);
}
