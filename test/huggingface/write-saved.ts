/**
 * Saves every model that was compared with transformers in its format, for bench/oracles/huggingface_loads.py to load:
 * `npm run transformers -- FOLDER`.
 */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse, stringify } from 'lossless-json';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import { withOrigin } from '../../src/bases/importers/huggingface/origin.js';
import { toTransformers } from '../../src/bases/importers/index.node.js';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import { familyCases, weightsOf } from '../support/huggingface-families.js';

const [target = 'saved'] = process.argv.slice(2);

/** With the numbers as Python wrote them. */
const golden = parse(gunzipSync(readFileSync(new URL('families.json.gz', import.meta.url))).toString()) as Golden;
const textOf = (type: string, name: string): string => stringify(golden.families[type]?.[name]?.config) ?? '';

interface Golden {
  readonly families: Readonly<Record<string, Readonly<Record<string, { readonly config: unknown }>>>>;
}

for (const [type, cases] of Object.entries(familyCases)) {
  for (const [index, [name, found]] of Object.entries(cases).entries()) {
    const { model, className, stored, transposed } = await buildModel(found.config, weightsOf(found));
    const saved = await toTransformers(withOrigin(model, { config: textOf(type, name), className, stored, transposed }), []);
    const folder = join(target, type, String(index));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'config.json'), saved.config);
    await writeFile(join(folder, 'case.json'), JSON.stringify({ type, name, className }));
    await writeSafetensorsFile(join(folder, 'model.safetensors'), saved.weights, [['format', 'pt']]);
  }
}
