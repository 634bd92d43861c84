import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type AdapterFiles, loadAdapter, saveAdapter } from '../../src/bases/surgery/index.js';
import { readSafetensors } from '../../src/core/index.js';
import { baseOf, caseOf, logitDifference } from '../support/peft.js';

/** Adapters that PEFT trained and saved, see bench/oracles/peft_training.py. */
const folder = new URL('saved/', import.meta.url);

function filesOf(name: string): AdapterFiles {
  const read = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(`${name}/${file}`, folder)));
  return { 'adapter_config.json': read('adapter_config.json'), 'adapter_model.safetensors': read('adapter_model.safetensors') };
}

/** The family and the method that a folder is named by. */
function partsOf(name: string): [family: string, method: string] {
  const [, family = '', method = ''] = /^(.*)-(lora|dora|ia3|prompt-tuning)$/.exec(name) ?? [];
  return [family === 'gpt2-with-words' ? 'gpt2 with words' : family, method];
}

it.each(readdirSync(folder))('%s, which PEFT saved, gives its logits, and is saved with the same tensors', async (name) => {
  const one = caseOf(...partsOf(name));
  const files = filesOf(name);
  const { model } = await loadAdapter(await baseOf(one), files);
  const logits = JSON.parse(readFileSync(new URL(`${name}/logits.json`, folder), 'utf8')) as number[][];
  // Both computed in float32.
  expect(await logitDifference(model, one, logits)).toBeLessThan(1e-5);
  const before = readSafetensors(files['adapter_model.safetensors']).tensors;
  const after = readSafetensors((await saveAdapter(model))['adapter_model.safetensors']).tensors;
  expect(after.size).toBe([...before.keys()].filter((key) => !key.includes('.base_layer.')).length);
  for (const [key, tensor] of after) expect({ key, ...tensor }).toEqual({ key, ...before.get(key) });
});
