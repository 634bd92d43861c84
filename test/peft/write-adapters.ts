/**
 * Trains adapters on the models of bench/oracles/peft_training.py and saves them, for bench/oracles/peft_loads.py to load in PEFT:
 * `npm run peft -- FOLDER`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adapterTensors, saveAdapter } from '../../src/bases/surgery/index.js';
import { inputsOf } from '../support/huggingface-families.js';
import { adaptedBase, caseOf, golden } from '../support/peft.js';
import { takeSteps } from '../support/steps.js';

const CASES = [
  ['bert', 'lora'],
  ['deberta-v2', 'dora'],
  ['gpt2', 'lora'],
  ['gpt2 with words', 'lora'],
  ['roberta', 'ia3'],
  ['llama', 'prompt-tuning'],
  ['distilbert', 'prompt-tuning'],
  ['resnet', 'dora'],
] as const;

const [target = 'trained'] = process.argv.slice(2);

for (const [family, method] of CASES) {
  const one = caseOf(family, method);
  const { model } = await adaptedBase(method, one);
  const { learner } = await takeSteps({
    model,
    inputs: inputsOf(one),
    labels: golden.labels,
    classes: 3,
    count: 10,
    optimizer: { name: 'adamw', lr: 0.01, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01 },
    trained: [...adapterTensors(model).keys()],
  });
  const folder = join(target, `${family}-${method}`.replaceAll(' ', '-'));
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(await saveAdapter(learner.model))) await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, 'case.json'), JSON.stringify({ family, method }));
  await learner.close();
}
