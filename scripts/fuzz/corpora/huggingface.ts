import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeSafetensors } from '../../../src/core/index.js';
import { familyCases, tensorsOf } from '../../../test/support/huggingface-families.js';
import { filesIn, type Sample } from './sample.js';

const SAVED = fileURLToPath(new URL('../../../test/huggingface/saved/', import.meta.url));

/** Folders that transformers saved, and a small model of each class of each family. */
export function huggingfaceSamples(): readonly Sample[] {
  const folders = readdirSync(SAVED, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...folders.map(({ name }): Sample => ({ name, files: filesIn(SAVED + name, /./) })), ...familySamples()];
}

function familySamples(): readonly Sample[] {
  return Object.entries(familyCases).flatMap(([type, classes]) =>
    Object.entries(classes).map(([name, golden]): Sample => {
      const files = { 'config.json': Buffer.from(JSON.stringify(golden.config)), 'model.safetensors': writeSafetensors(tensorsOf(golden)) };
      return { name: `${type} ${name}`, files };
    }),
  );
}
