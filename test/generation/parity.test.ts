import { afterAll, describe, expect, it } from 'vitest';
import { float32, type Model, type Node, openDevice, TextGenerator } from '../../src/index.js';
import { openPlainScorer } from '../../src/reuse/generation/plain-scorer.js';
import { builtModel, exportedModel, golden, numbers } from './support.js';

const device = openDevice({ threads: 1 });
afterAll(() => device.close());

const models: [
  string,
  () => Promise<Model>,
  { readonly prompts: readonly (readonly number[])[]; readonly written: readonly (readonly number[])[] },
][] = [
  ...Object.entries(golden.models).map(([name, texts]) => [name, () => builtModel(name), texts] as (typeof models)[number]),
  ...Object.entries(golden.files).map(([name, texts]) => [name, () => exportedModel(name), texts] as (typeof models)[number]),
];

/** Products with keys and values are merged over these axes, which no cache is made for. */
const UNCACHED = ['bloom-script'];

describe.each(models)('%s', (name, load, { prompts, written }) => {
  const texts = prompts.map((prompt) => prompt.join(' '));
  const maxNewTokens = written[0]?.length as number;

  it('writes what transformers does, in a batch and alone', async () => {
    const generator = await TextGenerator.open(device, await load(), numbers);
    expect(generator.uncached === undefined).toBe(!UNCACHED.includes(name));
    const found = await generator.generateBatch(texts, { maxNewTokens });
    expect(found.map(({ ids }) => ids)).toEqual(written);
    const [alone] = await generator.generateBatch(texts.slice(1, 2), { maxNewTokens });
    expect(alone?.ids).toEqual(written[1]);
    await generator.close();
  });

  it('writes the same without a cache', async () => {
    const generator = new TextGenerator(await openPlainScorer(device, await load()), numbers);
    const found = await generator.generateBatch(texts, { maxNewTokens });
    expect(found.map(({ ids }) => ids)).toEqual(written);
    await generator.close();
  });
});

/** A low-rank matrix beside every product with a weight, not merged into it. */
function withLowRank(model: Model): Model {
  const initializers = new Map(model.graph.initializers);
  const nodes = model.graph.nodes.flatMap((node): readonly Node[] => {
    const [x = '', weight = ''] = node.inputs;
    const dims = node.op === 'MatMul' ? initializers.get(weight)?.dims : undefined;
    const [output = ''] = node.outputs;
    const [rows, columns] = dims ?? [];
    if (rows === undefined || columns === undefined) return [node];
    const wave = (length: number): number[] => Array.from({ length }, (_, i) => Math.sin(i) / 2);
    initializers.set(`${output}/A`, float32([rows, 2], wave(rows * 2)));
    initializers.set(`${output}/B`, float32([2, columns], wave(2 * columns)));
    const make = (op: string, inputs: readonly string[], name: string): Node => ({ name, op, domain: '', inputs, outputs: [name], attributes: {} });
    return [
      { ...node, name: `${output}/whole`, outputs: [`${output}/whole`] },
      make('MatMul', [x, `${output}/A`], `${output}/down`),
      make('MatMul', [`${output}/down`, `${output}/B`], `${output}/up`),
      make('Add', [`${output}/whole`, `${output}/up`], output),
    ];
  });
  return { ...model, graph: { ...model.graph, nodes, initializers } };
}

it.each(['gpt2', 'qwen3'])('%s with low-rank matrices beside its weights writes the same with a cache as without', async (name) => {
  const model = withLowRank(await builtModel(name));
  const texts = golden.models[name]?.prompts.map((prompt) => prompt.join(' ')) ?? [];
  const generators = [await TextGenerator.open(device, model, numbers), new TextGenerator(await openPlainScorer(device, model), numbers)] as const;
  const [cached, uncached] = await Promise.all(generators.map((generator) => generator.generateBatch(texts, { maxNewTokens: 14 })));
  expect(generators[0].uncached).toBeUndefined();
  expect(cached).toEqual(uncached);
  expect(cached?.map(({ ids }) => ids)).not.toEqual(golden.models[name]?.written);
});
