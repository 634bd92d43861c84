/**
 * Measures the models of the catalogue that lie on this machine, and writes what it finds into the catalogue. Models that are not here keep their figures.
 *
 *     tsx scripts/catalogue.ts FOLDER
 *
 * FOLDER has the npm packages in its node_modules (or they are in the cache) and Keras applications in keras/, as bench/oracles/keras_whole.py writes them.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect, loadModel } from '../src/app/workflow/index.node.js';
import { catalogue } from '../src/bases/catalogue/catalogue.node.js';
import type { Measured } from '../src/bases/catalogue/facts.js';
import { measured } from '../src/bases/catalogue/generated/measured.js';
import { findParameters } from '../src/bases/surgery/index.js';
import { RegraftError } from '../src/core/index.js';

const target = new URL('../src/bases/catalogue/generated/measured.ts', import.meta.url);

/** Not here, which says nothing about the model. */
const MISSING = new Set(['HUB_OFFLINE', 'HUB_PATH_MISSING', 'HUB_PATH_NOT_IN_PACKAGE']);

async function measure(uri: string): Promise<Measured | undefined> {
  const [, application] = /^keras:(.+)$/.exec(uri) ?? [];
  const model = application === undefined ? uri : join('keras', `${application}.keras`);
  if (application !== undefined && !existsSync(model)) return undefined;
  try {
    const { parameters, multiplyAdds, assumed } = await inspect({ model }, { offline: true });
    const [dims, ...others] = Object.values(assumed);
    return { ...figures(parameters, multiplyAdds), ...(dims !== undefined && others.length === 0 && { input: inputText(dims) }) };
  } catch (error) {
    if (!(error instanceof RegraftError)) throw error;
    // It was read; its inputs depend on each other in a way that nobody can guess.
    if (error.code === 'SHAPE_CONFLICT') return figures(await parametersOf(model));
    return MISSING.has(error.code) ? undefined : { refused: error.code };
  }
}

/** Zero is not known: weights in the branches of a model are not seen, nor work where shapes depend on values. */
function figures(parameters: number, multiplyAdds = 0): Measured {
  return { ...(parameters > 0 && { parameters }), ...(multiplyAdds > 0 && { multiplyAdds }) };
}

async function parametersOf(model: string): Promise<number> {
  const { graph } = (await loadModel(model, { offline: true })).model;
  return findParameters(graph).reduce((sum, { size }) => sum + size, 0);
}

/** Of one sample; images as height × width × channels. */
function inputText(dims: readonly number[]): string {
  const [first = 1, ...rest] = dims.slice(1);
  return (dims.length === 4 && first <= 4 ? [...rest, first] : [first, ...rest]).join('×');
}

function source(rows: Readonly<Record<string, Measured>>): string {
  const lines = Object.entries(rows).map(([uri, row]) => `  '${uri}': ${JSON.stringify(row)},`);
  return `// Written by scripts/catalogue.ts.\nimport type { Measured } from '../facts.js';\n\nexport const measured: Readonly<Record<string, Measured>> = {\n${lines.join('\n')}\n};\n`;
}

process.chdir(process.argv[2] ?? '.');
const rows: Record<string, Measured> = {};
for (const { uri } of catalogue) {
  const found = (await measure(uri)) ?? measured[uri];
  if (found !== undefined) rows[uri] = found;
  process.stderr.write(`${uri} ${JSON.stringify(found)}\n`);
}
writeFileSync(target, source(rows));
