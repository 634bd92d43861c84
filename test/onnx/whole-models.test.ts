import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { type ImportedModel, importFolder } from '../../src/bases/importers/index.js';
import { adaptModel, findParameters, prepareModel } from '../../src/bases/surgery/index.js';
import { fromNumbers, type Tensor, toNumbers } from '../../src/core/index.js';
import { differentiate } from '../../src/engine/autodiff/index.js';
import { GraphBuilder, isStandardOp, specialise, staticTypes } from '../../src/engine/graph/index.js';
import { createLoss } from '../../src/learning/tasks/index.js';
import { run } from '../gradients/run.js';
import { runOnnx } from '../support/ort.js';
import { descent, lossesOfSteps } from '../support/steps.js';
import { fusedBytes, fusedCases, fusedFeeds, storedTensor } from './golden.js';
import { distance } from './one-node.js';

const importGolden = (name: string): Promise<ImportedModel> => importFolder(memoryFolder({ 'model.onnx': fusedBytes(name) }));

/**
 * How far the imported model may be from what ONNX Runtime computed for the one it was made from, relative to the largest output. Fused and
 * block-quantised models compute in single precision on both sides. In half precision each of some thirty operators rounds by 2⁻¹¹. Eight-bit activations
 * round by 1/510 of their range each, at up to ten places; without the ReLUs that quantisers leave to saturation the distance is 0.15 and more.
 */
function toleranceOf(variant: string): number {
  if (/float16/.test(variant)) return 3e-3;
  return /dynamic|^q/.test(variant) ? 5e-2 : 1e-5;
}

const variants = Object.entries(fusedCases).flatMap(([name, { variants }]) => Object.keys(variants).map((variant) => [name, variant] as const));
const LABELS = [0, 1, 2, 0];

describe('models of the tools of ONNX Runtime', () => {
  it.each(variants)('%s, %s: computes what the original does, in standard operators', async (name, variant) => {
    const golden = fusedCases[name] ?? expect.fail();
    const { model, notes } = await importGolden(`${name}-${variant}`);
    const odd = model.graph.nodes.filter(({ op, domain }) => domain !== '' || !isStandardOp(op) || /quantize|Integer|QLinear/i.test(op));
    expect(odd.map(({ op }) => op)).toEqual([]);
    expect([...model.opsets.keys()]).toEqual(['']);
    expect(notes.length).toBeGreaterThan(0);
    const outputs = await runOnnx(model, fusedFeeds(golden, model.graph.inputs));
    const expected = storedTensor((golden.variants[variant] ?? expect.fail()).output);
    expect(distance(outputs['logits'], expected)).toBeLessThan(toleranceOf(variant));
  });

  it.each(variants)('%s, %s: learns on all its weights', async (name, variant) => {
    const losses = await train(name, variant);
    expect(losses).toHaveLength(4);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses[3]).toBeLessThan(losses[0] ?? 0);
  });

  it.each(variants.filter(([, variant]) => ['fused', 'session'].includes(variant)))(
    '%s, %s: has the gradients of the model it was fused from',
    async (name, variant) => {
      const [original, fused] = [await gradientsOf(name, name), await gradientsOf(name, `${name}-${variant}`)];
      const shared = [...original.keys()].filter((parameter) => fused.has(parameter));
      expect(shared.length).toBeGreaterThan(original.size / 3);
      for (const parameter of shared) {
        const [a, b] = [original, fused].map((found) => toNumbers(found.get(parameter) as Tensor));
        const norm = Math.hypot(...(a ?? []));
        const difference = Math.hypot(...(a ?? []).map((value, index) => value - (b?.[index] ?? Number.NaN)));
        // Single precision, sums in another order; parameters without effect (a key's bias) have rounding errors for gradients.
        expect(difference, parameter).toBeLessThan(1e-5 * norm + 1e-6);
      }
    },
  );
});

/** Gradients of the cross-entropy by every parameter, by name. */
async function gradientsOf(name: string, file: string): Promise<ReadonlyMap<string, Tensor>> {
  const prepared = prepareModel((await importGolden(file)).model);
  const opset = prepared.opsets.get('') ?? expect.fail();
  const feeds = fusedFeeds(fusedCases[name] ?? expect.fail(), prepared.graph.inputs);
  const graph = specialise(prepared.graph, opset, Object.fromEntries(Object.entries(feeds).map(([input, { dims }]) => [input, dims])));
  const b = GraphBuilder.from(graph, staticTypes(graph), opset);
  const output = b.value('logits');
  const target = b.constant(fromNumbers('int64', [LABELS.length], LABELS));
  const loss = createLoss({ name: 'cross-entropy', labelSmoothing: 0 }).build(b, { output, target, mask: b.full('float32', [LABELS.length], 1) });
  const names = findParameters(prepared.graph).map((parameter) => parameter.name);
  const found = [...differentiate(b, loss, names)].map(([parameter, value]) => [parameter, b.op('Identity', [value])] as const);
  const results = await run(b.model(found.map(([, value]) => value)), feeds);
  return new Map(found.map(([parameter, value]) => [parameter, results.get(value.name) as Tensor]));
}

/** The losses of four steps on all weights and a new head. */
async function train(name: string, variant: string): Promise<readonly number[]> {
  const imported = await importGolden(`${name}-${variant}`);
  const inputs = fusedFeeds(fusedCases[name] ?? expect.fail(), imported.model.graph.inputs);
  const sampleDims = Object.fromEntries(Object.entries(inputs).map(([input, { dims }]) => [input, dims.slice(1)]));
  const { model, headParameters } = adaptModel(imported.model, { sampleDims, head: { hidden: [], dropout: 0 }, outputs: 3, seed: 0 });
  return lossesOfSteps({ model, head: headParameters, inputs, labels: LABELS, classes: 3, count: 4, optimizer: descent(0.01) });
}
