import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { importFolder } from '../../src/bases/importers/index.js';
import { Random, RegraftError } from '../../src/core/index.js';
import { type Model, type Node, readModel, writeModel } from '../../src/engine/graph/index.js';
import { fusedBytes, fusedCases } from './golden.js';

const RUNS = 400;
/** Far more than any of these files takes, far less than a runaway. */
const MILLISECONDS = 1000;

/** Sizes, counts and axes as no optimiser would write them. */
const NUMBERS = [0, -1, 1, 3, 7, 1e6, 2 ** 40];

/** One node of an optimised or quantised model with an attribute changed, an input left out, or two inputs exchanged. */
function damaged(model: Model, random: Random): Model {
  const special = model.graph.nodes.flatMap((node, index) => (node.domain !== '' || /Quantize|Integer|QLinear/i.test(node.op) ? [index] : []));
  const at = special[random.integer(special.length)] ?? 0;
  return { ...model, graph: { ...model.graph, nodes: model.graph.nodes.map((node, index) => (index === at ? changed(node, random) : node)) } };
}

function changed(node: Node, random: Random): Node {
  const names = Object.entries(node.attributes).flatMap(([name, { kind }]) => (kind === 'int' ? [name] : []));
  const name = names[random.integer(Math.max(1, names.length))];
  if (name !== undefined && random.uniform() < 0.5) {
    const value = NUMBERS[random.integer(NUMBERS.length)] ?? 0;
    return { ...node, attributes: { ...node.attributes, [name]: { kind: 'int', value } } };
  }
  const [i, j] = [random.integer(node.inputs.length), random.integer(node.inputs.length)];
  if (random.uniform() < 0.3) return { ...node, inputs: node.inputs.slice(0, i) };
  return { ...node, inputs: node.inputs.with(i, node.inputs[j] ?? '').with(j, random.uniform() < 0.5 ? '' : (node.inputs[i] ?? '')) };
}

describe('damaged fused and quantised models', () => {
  it(`give a model or a RegraftError, soon, in ${RUNS} changes`, async () => {
    const random = new Random(7, 'damage');
    const names = Object.entries(fusedCases).flatMap(([name, { variants }]) => Object.keys(variants).map((variant) => `${name}-${variant}`));
    const models = names.filter((name) => !/-float16$/.test(name)).map((name) => readModel(fusedBytes(name)));
    const outcomes = new Set<string>();
    for (let run = 0; run < RUNS; run++) {
      const bytes = writeModel(damaged(models[run % models.length] as Model, random));
      const started = performance.now();
      outcomes.add(await outcome(bytes));
      expect(performance.now() - started, `run ${run}`).toBeLessThan(MILLISECONDS);
    }
    expect([...outcomes]).toEqual(expect.arrayContaining(['read', 'IMPORT_ONNX_OP']));
  });
});

async function outcome(bytes: Uint8Array): Promise<string> {
  try {
    await importFolder(memoryFolder({ 'model.onnx': bytes }));
    return 'read';
  } catch (error) {
    if (error instanceof RegraftError) return error.code;
    throw error;
  }
}
