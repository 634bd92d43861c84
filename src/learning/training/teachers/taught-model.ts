import type { Model } from '../../../engine/graph/index.js';
import { reachedFrom } from '../dropout.js';
import type { Teacher } from './teacher.js';

/** The model with what teachers look at among its outputs, behind its own first one. */
export function taughtModel(model: Model, teachers: readonly Teacher[]): Model {
  if (teachers.length === 0) return model;
  const grafts = teachers.flatMap(({ graft }) => graft ?? []);
  const graph = {
    ...model.graph,
    nodes: [...model.graph.nodes, ...grafts.flatMap(({ nodes }) => nodes)],
    initializers: new Map([...model.graph.initializers, ...grafts.flatMap(({ initializers }) => [...initializers])]),
  };
  const [answer] = graph.outputs.slice(0, 1);
  const values = new Set(teachers.flatMap((teacher) => teacher.values).filter((name) => name !== answer?.name));
  const looked = [...values].map((name) => ({ name, type: { kind: 'tensor' as const, type: 'float32' as const, dims: undefined } }));
  return { ...model, graph: { ...graph, outputs: [...graph.outputs.slice(0, 1), ...looked] } };
}

/** The teachers of whom something can be learnt: those that look at a value that the trained parameters change. */
export function heardTeachers(model: Model, teachers: readonly Teacher[], trainable: ReadonlySet<string>): readonly Teacher[] {
  if (teachers.length === 0) return [];
  const reached = reachedFrom(taughtModel(model, teachers).graph, trainable);
  return teachers.filter(({ values }) => values.some((name) => reached.has(name)));
}
