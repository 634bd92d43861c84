import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadAdapter, saveAdapter } from '../../src/bases/surgery/index.js';
import { baseOf, caseOf, logitDifference } from '../support/peft.js';

/** Adapters that Regraft trained (write-adapters.ts), and what they give in PEFT (bench/oracles/peft_loads.py). */
const folder = new URL('trained/', import.meta.url);
const read = (name: string, file: string): Buffer => readFileSync(new URL(`${name}/${file}`, folder));

it.each(readdirSync(folder))('%s, trained here, gives the same logits in PEFT, and is written today as it was then', async (name) => {
  const { family, method } = JSON.parse(read(name, 'case.json').toString()) as { family: string; method: string };
  const one = caseOf(family, method);
  const files = {
    'adapter_config.json': new Uint8Array(read(name, 'adapter_config.json')),
    'adapter_model.safetensors': new Uint8Array(read(name, 'adapter_model.safetensors')),
  };
  const { model } = await loadAdapter(await baseOf(one), files);
  const logits = JSON.parse(read(name, 'logits.json').toString()) as number[][];
  // Both computed in float32.
  expect(await logitDifference(model, one, logits)).toBeLessThan(1e-5);
  const saved = await saveAdapter(model);
  expect(new TextDecoder().decode(saved['adapter_config.json'])).toBe(read(name, 'adapter_config.json').toString());
  expect(Buffer.from(saved['adapter_model.safetensors']).equals(read(name, 'adapter_model.safetensors'))).toBe(true);
});
