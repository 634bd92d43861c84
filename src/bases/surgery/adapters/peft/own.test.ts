import { expect, it } from 'vitest';
import { goldenModel, readGolden } from '../../../../../test/support/golden.js';
import { tinyBase } from '../../../../../test/support/tiny-base.js';
import { fromNumbers, sizeOf, writeSafetensors } from '../../../../core/index.js';
import type { Model } from '../../../../engine/graph/index.js';
import { prepareModel } from '../../prepare.js';
import { addAdapter } from '../add.js';
import { headParameters } from '../select.js';
import type { AdapterSpec } from '../spec.js';
import { adapterTensors, withAdapterTensors } from '../tensors.js';
import { loadAdapter } from './load.js';
import { saveAdapter } from './save.js';

const LOW_RANK = { rank: 2, alpha: 3, dropout: 0.25, rankStabilised: true } as const;

function filled(model: Model): Model {
  const tensors = [...adapterTensors(model)].map(([name, { dims }], at) => {
    const numbers = Array.from({ length: sizeOf(dims) }, (_, i) => at + i / 8);
    return [name, fromNumbers('float32', dims, numbers)] as const;
  });
  return withAdapterTensors(model, new Map(tensors));
}

it.each<[string, AdapterSpec, () => Model]>([
  ['bottleneck', { name: 'adapter', width: 3, activation: 'relu', after: 'both' }, () => goldenModel(readGolden('vit-tiny'))],
  ['LoRA of convolutions', { name: 'lora', ...LOW_RANK, targets: 'auto' }, tinyBase],
  ['DoRA of a transformer', { name: 'dora', ...LOW_RANK, targets: 'all-linear' }, () => goldenModel(readGolden('vit-tiny'))],
])('%s of a base that is not of transformers comes back by the names of the graph', async (_, spec, open) => {
  const base = prepareModel(open());
  const model = filled(addAdapter(base, spec, { seed: 3, head: headParameters(base.graph) }).model);
  const { model: loaded } = await loadAdapter(base, await saveAdapter(model));
  expect(adapterTensors(loaded)).toEqual(adapterTensors(model));
  expect(loaded.graph.nodes).toEqual(model.graph.nodes);
});

it('files that do not fit are refused with what is wrong', async () => {
  const base = prepareModel(tinyBase());
  const { model } = addAdapter(base, { name: 'lora', ...LOW_RANK, targets: 'auto' }, { seed: 0, head: headParameters(base.graph) });
  const files = await saveAdapter(model);
  const config = (entries: object): Uint8Array => {
    const json = JSON.parse(new TextDecoder().decode(files['adapter_config.json'])) as object;
    return new TextEncoder().encode(JSON.stringify({ ...json, ...entries }));
  };
  const load = (changed: object): Promise<unknown> => loadAdapter(base, { ...files, ...changed });
  const refused = (reason: string) => ({ code: 'ADAPTER_FORMAT', message: expect.stringContaining(reason) as string });
  await expect(load({ 'adapter_config.json': config({ peft_type: 'LOHA' }) })).rejects.toMatchObject(refused('peft_type'));
  await expect(load({ 'adapter_config.json': config({ bias: 'all' }) })).rejects.toMatchObject(refused('bias'));
  await expect(load({ 'adapter_config.json': new Uint8Array([123]) })).rejects.toMatchObject(refused('not JSON'));
  await expect(load({ 'adapter_config.json': config({ r: 5 }) })).rejects.toMatchObject({ code: 'ADAPTER_TENSOR' });
  const foreign = writeSafetensors([['base_model.model.other.weight', fromNumbers('float32', [1], [0])]]);
  await expect(load({ 'adapter_model.safetensors': foreign })).rejects.toMatchObject(refused('other.weight'));
});
