import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { filesIn, isSmall, realFolders, type Sample } from './sample.js';

const ROOT = new URL('../../../test/keras/', import.meta.url);

function goldenSamples(stored: RegExp): readonly Sample[] {
  const names = readdirSync(ROOT).filter((name) => stored.test(name));
  return names.map((name): Sample => ({ name, files: { [name.slice(0, -'.gz'.length)]: gunzipSync(readFileSync(new URL(name, ROOT))) } }));
}

export function kerasArchiveSamples(): readonly Sample[] {
  return goldenSamples(/\.keras\.gz$/);
}

export function hdf5Samples(): readonly Sample[] {
  return goldenSamples(/(?<!\.weights)\.h5\.gz$/);
}

export function hdf5WeightsSamples(): readonly Sample[] {
  const real = realFolders('keras_h5_weights').map((folder): Sample => ({ name: folder, files: filesIn(folder, /^[^/]*\.h5$/) }));
  return [...goldenSamples(/\.weights\.h5\.gz$/), ...real.filter(isSmall), ...configuredSamples()];
}

/** Weights beside the configuration that they belong to. */
function configuredSamples(): readonly Sample[] {
  const folder = new URL('weights/', ROOT);
  const read = (name: string): Buffer => readFileSync(new URL(name, folder));
  const names = readdirSync(folder).filter((name) => /^branches\..*h5\.gz$/.test(name));
  return names.map(
    (name): Sample => ({
      name,
      architecture: 'branches.json',
      files: { 'branches.json': read('branches.json'), [name.slice(0, -'.gz'.length)]: gunzipSync(read(name)) },
    }),
  );
}
