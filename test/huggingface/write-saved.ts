/**
 * Saves every model that was compared with transformers in its format, for bench/oracles/huggingface_loads.py to load:
 * `npx tsx test/huggingface/write-saved.ts FOLDER`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import { withOrigin } from '../../src/bases/importers/huggingface/origin.js';
import { toTransformers } from '../../src/bases/importers/index.node.js';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import { familyCases, weightsOf } from '../support/huggingface-families.js';

const [target = 'saved'] = process.argv.slice(2);
for (const [type, cases] of Object.entries(familyCases)) {
  for (const [index, [name, golden]] of Object.entries(cases).entries()) {
    const { config } = golden;
    const { model, className, stored, transposed } = await buildModel(config, weightsOf(golden));
    const saved = await toTransformers(withOrigin(model, { config, className, stored, transposed }), []);
    const folder = join(target, type, String(index));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'config.json'), JSON.stringify(saved.config));
    await writeFile(join(folder, 'case.json'), JSON.stringify({ type, name, className }));
    await writeSafetensorsFile(join(folder, 'model.safetensors'), saved.weights, [['format', 'pt']]);
  }
}
