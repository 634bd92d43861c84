import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelOf, node } from '../../../test/support/graph.js';
import { float32, RegraftError } from '../../core/index.js';
import { loadModelFile, saveModelFile } from './files.node.js';

const weights = {
  w: float32(
    [1000],
    Array.from({ length: 1000 }, (_, i) => i),
  ),
  b: float32([1], [7]),
};
const model = modelOf({ nodes: [node('Add', ['x', 'w'], ['y'])], inputs: ['x'], outputs: ['y'], initializers: weights });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regraft-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function codeOf(action: Promise<unknown>): Promise<string> {
  const error = await action.catch((reason: unknown) => reason);
  return error instanceof RegraftError ? error.code : String(error);
}

describe('model files', () => {
  it('come back as they were saved, and leave no temporary file', async () => {
    const path = join(folder, 'm.onnx');
    await saveModelFile(path, model);
    expect((await loadModelFile(path)).graph.initializers).toEqual(model.graph.initializers);
    expect(await readdir(folder)).toEqual(['m.onnx']);
  });

  it('keep large weights apart when asked, each time in a new data file', async () => {
    const path = join(folder, 'm.onnx');
    for (const expected of ['m.onnx.data', 'm.onnx.1.data', 'm.onnx.data']) {
      await saveModelFile(path, model, { externalData: true });
      expect((await readdir(folder)).sort()).toEqual([expected, 'm.onnx'].sort());
      expect((await loadModelFile(path)).graph.initializers).toEqual(model.graph.initializers);
    }
    expect((await readFile(path)).byteLength).toBeLessThan(1000);
    await saveModelFile(path, model);
    expect(await readdir(folder)).toEqual(['m.onnx']);
  });

  it('whose data file is short or missing are refused by name', async () => {
    const path = join(folder, 'm.onnx');
    await saveModelFile(path, model, { externalData: true });
    await truncate(join(folder, 'm.onnx.data'), 100);
    expect(await codeOf(loadModelFile(path))).toBe('ONNX_EXTERNAL_DATA');
    await rm(join(folder, 'm.onnx.data'));
    await expect(loadModelFile(path)).rejects.toThrow('m.onnx.data');
  });

  it('that are missing or cut are refused by name', async () => {
    expect(await codeOf(loadModelFile(join(folder, 'none.onnx')))).toBe('ONNX_FILE');
    const path = join(folder, 'm.onnx');
    await saveModelFile(path, model);
    await truncate(path, 2000);
    await expect(loadModelFile(path)).rejects.toThrow(`"${path}" ends in the middle of the model, after 2000 bytes.`);
  });

  it('stay as they were when saving fails', async () => {
    const path = join(folder, 'm.onnx');
    await writeFile(path, 'old');
    await rm(join(folder, 'gone'), { force: true, recursive: true });
    expect(await codeOf(saveModelFile(join(folder, 'gone', 'm.onnx'), model))).toBe('ONNX_FILE');
    expect(await readFile(path, 'utf8')).toBe('old');
  });
});
