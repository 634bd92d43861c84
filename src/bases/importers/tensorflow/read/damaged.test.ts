import { describe, expect, it } from 'vitest';
import { tfCase, tfFiles } from '../../../../../test/support/tensorflow.js';
import { Random, RegraftError } from '../../../../core/index.js';
import { memoryFolder } from '../../../hub/index.js';
import { readCheckpoint, readGraphDef, readSavedModel, type TfReading } from './index.js';

/** What of a model is damaged. */
const cases = [
  { name: 'mlp', file: 'saved_model.pb' },
  { name: 'loop', file: 'saved_model.pb' },
  { name: 'v1-partitioned', file: 'saved_model.pb' },
  { name: 'v1-partitioned', file: 'variables/variables.index' },
  { name: 'v1-partitioned', file: 'variables/variables.data-00000-of-00001' },
  { name: 'v1-checkpoint', file: 'model.ckpt-7.meta' },
  { name: 'frozen-loop', file: 'frozen.pb' },
];
const TRIES = 60;

function read(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<TfReading> {
  const { entry, signature } = tfCase(name);
  const folder = memoryFolder(files);
  if (entry === 'saved_model.pb') return readSavedModel(folder, entry, signature);
  return entry.endsWith('.pb') ? readGraphDef(folder, entry, signature) : readCheckpoint(folder, entry, signature);
}

/** Resolves to the code of the error, if any; other errors than ours come through. */
async function outcome(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  try {
    await read(name, files);
    return 'read';
  } catch (error) {
    if (error instanceof RegraftError) return error.code;
    throw error;
  }
}

describe.each(cases)('$name with a damaged $file', ({ name, file }) => {
  const files = tfFiles(name);
  const bytes = files[file] as Uint8Array;
  const random = new Random(7, `${name}/${file}`);

  it('is refused when it is cut off', async () => {
    for (let i = 0; i < TRIES; i++) {
      const length = Math.floor((i / TRIES) * bytes.length);
      const found = await outcome(name, { ...files, [file]: bytes.subarray(0, length) });
      // A graph may end between two nodes; then what the rest needs is missing.
      expect(found, `${length} bytes`).not.toBe('read');
    }
  });

  it('is read or refused in words when bytes are wrong', async () => {
    for (let i = 0; i < TRIES; i++) {
      const damaged = Uint8Array.from(bytes);
      for (let k = 0; k < 3; k++) damaged[Math.floor(random.uniform(0, bytes.length))] = Math.floor(random.uniform(0, 256));
      await outcome(name, { ...files, [file]: damaged });
    }
  });

  it('is refused when it is empty', async () => {
    expect(await outcome(name, { ...files, [file]: new Uint8Array() })).not.toBe('read');
  });
});

it('a checkpoint without one of its files is refused', async () => {
  for (const file of ['variables/variables.data-00000-of-00001', 'variables/variables.index']) {
    const { [file]: _, ...rest } = tfFiles('mlp');
    expect(await outcome('mlp', rest)).toBe(file.endsWith('index') ? 'IMPORT_VARIABLES_MISSING' : 'HUB_FILE_MISSING');
  }
});
