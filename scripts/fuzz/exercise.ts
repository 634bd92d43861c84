import { memoryFolder } from '../../src/bases/hub/index.js';
import { importFolder } from '../../src/bases/importers/index.js';
import { freeBatch, prepareModel } from '../../src/bases/surgery/index.js';
import { type Graph, inferTypes, type Model, writeModel } from '../../src/engine/graph/index.js';
import type { Sample } from './corpora/sample.js';

/** Stands in for dimensions that a model leaves open. */
const OPEN = 3;

/** Imports a model and does with it what every training does first. @throws RegraftError alone, or a fault was found */
export async function importModel({ files, entry, signature, architecture }: Sample): Promise<void> {
  const folder = { ...memoryFolder(files), ...(entry !== undefined && { entry }) };
  const { model } = await importFolder(folder, {
    ...(signature !== undefined && { signature }),
    ...(architecture !== undefined && { architecture }),
  });
  exercise(model);
}

export function exercise(model: Model): void {
  const prepared = prepareModel(model);
  const { model: free } = freeBatch(prepared);
  writeModel(free);
  inferTypes(free.graph, free.opsets.get('') ?? 1, openDims(free.graph));
}

function openDims(graph: Graph): Record<string, readonly number[]> {
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  return Object.fromEntries(
    inputs.flatMap(({ name, type }) =>
      type.kind === 'tensor' && type.dims ? [[name, type.dims.map((dim) => (typeof dim === 'number' ? dim : OPEN))] as const] : [],
    ),
  );
}
