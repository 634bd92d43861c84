import { expect, it } from 'vitest';
import { inputsOf } from '../../../test/support/huggingface-families.js';
import { baseOf, caseOf } from '../../../test/support/peft.js';
import { takeSteps } from '../../../test/support/steps.js';
import { adaptModel, saveAdapter } from '../../bases/surgery/index.js';
import { readSafetensors } from '../../core/index.js';
import { planTraining } from './groups.js';
import type { Phase } from './phase.js';
import { phasesOf, type RecipeSpec } from './recipes.js';
import { withRecipe } from './with-recipe.js';

const inputs = {
  freeze: { kind: 'none' },
  groups: [],
  length: { epochs: 3 },
  optimizer: { name: 'adamw', lr: 0.001, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 },
  schedule: { name: 'constant', warmup: 0 },
  batchNorm: 'train',
} as const;

const LOW_RANK = { rank: 4, alpha: 8, dropout: 0, rankStabilised: false, targets: 'auto' } as const;

/** BERT with a new linear head. */
async function adapted() {
  const model = await baseOf(caseOf('bert', 'full'));
  const dims = { input_ids: [7], attention_mask: [7], token_type_ids: [7] };
  return adaptModel(model, { sampleDims: dims, head: { hidden: [], dropout: 0 }, outputs: 3, seed: 0 });
}

it.each<[RecipeSpec, number]>([
  [{ name: 'lora', ...LOW_RANK }, 8],
  [{ name: 'dora', ...LOW_RANK }, 12],
  [{ name: 'ia3', targets: 'auto', feedForward: 'auto' }, 8],
  [{ name: 'adapter', width: 4, activation: 'relu', after: 'both' }, 16],
  [{ name: 'adapter', width: 4, activation: 'relu', after: 'feed-forward' }, 8],
  [{ name: 'prompt-tuning', tokens: 2 }, 1],
  [{ name: 'bitfit' }, 18],
  [{ name: 'last-k', layers: 1 }, 18],
])('$name trains few tensors of the base, and the head', async (recipe, tensors) => {
  const { model: base, headParameters: head } = await adapted();
  const { model, trained = [] } = withRecipe(base, recipe, head, 0);
  expect(trained).toHaveLength(tensors + head.length);
  const [probe, phase] = phasesOf(recipe, { ...inputs, head, trained });
  expect(probe).toMatchObject({ name: 'probe' });
  expect(phase).toMatchObject({ length: { epochs: 3 }, batchNorm: 'eval', augment: true });
  const planned = planTraining(model, phase as Phase).trainable.map(({ name }) => name);
  expect(planned.toSorted()).toEqual(trained.toSorted());
});

it.each<RecipeSpec>([
  { name: 'lora', ...LOW_RANK, dropout: 0.2 },
  { name: 'adapter', width: 4, activation: 'gelu', after: 'both' },
  { name: 'last-k', layers: 1 },
])('$name learns, and leaves the rest of the base as it is', async (recipe) => {
  const { model: base, headParameters: head } = await adapted();
  const { model, trained = [] } = withRecipe(base, recipe, head, 0);
  const one = caseOf('bert', 'full');
  const optimizer = { ...inputs.optimizer, lr: 0.02 };
  const { learner, losses } = await takeSteps({
    model,
    head,
    inputs: inputsOf(one),
    labels: [2, 0, 1, 2],
    classes: 3,
    count: 20,
    optimizer,
    trained,
  });
  expect(losses.at(-1)).toBeLessThan(0.3 * (losses[0] as number));
  const { initializers } = learner.model.graph;
  for (const [name, tensor] of model.graph.initializers) {
    if (trained.includes(name)) expect(initializers.get(name)).not.toEqual(tensor);
    else expect(initializers.get(name)).toBe(tensor);
  }
  await learner.close();
});

it('other recipes may train all', async () => {
  const { model: base, headParameters: head } = await adapted();
  expect(withRecipe(base, { name: 'full' }, head, 0)).toEqual({ model: base, trained: undefined });
});

it('a new head is saved as the classifier that it is in transformers', async () => {
  const { model: base, headParameters: head } = await adapted();
  const { model } = withRecipe(base, { name: 'lora', ...LOW_RANK }, head, 0);
  const files = await saveAdapter(model);
  const { tensors } = readSafetensors(files['adapter_model.safetensors']);
  expect(tensors.get('base_model.model.classifier.weight')?.dims).toEqual([3, 32]);
  const config = JSON.parse(new TextDecoder().decode(files['adapter_config.json'])) as object;
  expect(config).toMatchObject({ peft_type: 'LORA', task_type: 'SEQ_CLS', modules_to_save: ['classifier'], fan_in_fan_out: false });
});
