import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { float32 } from '../../../core/index.js';
import { readSafetensorsFile, writeSafetensorsFile } from './safetensors.node.js';

describe('safetensors files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regraft-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('are written whole and leave nothing beside them', async () => {
    const path = join(folder, 'weights.safetensors');
    await writeSafetensorsFile(path, [['x', float32([1], [1])]]);
    await writeSafetensorsFile(path, [['x', float32([1], [2])]]);
    expect((await readSafetensorsFile(path)).tensors.get('x')).toEqual(float32([1], [2]));
    expect(await readdir(folder)).toEqual(['weights.safetensors']);
  });

  test('a failing write names the file and leaves nothing', async () => {
    const path = join(folder, 'no', 'such.safetensors');
    await expect(writeSafetensorsFile(path, [])).rejects.toMatchObject({ code: 'DATA_WRITE_FAILED', values: { file: path } });
  });
});
