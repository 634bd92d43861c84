import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawShapes } from '../../../test/support/shapes.js';
import { tinyBase } from '../../../test/support/tiny-base.js';
import { float32, int64 } from '../../core/index.js';
import { saveModelFile } from '../../engine/graph/index.node.js';
import { writeSafetensorsFile } from '../../learning/data/index.node.js';
import { resolveSpec, type SpecInput } from '../spec/index.js';
import { openSession } from './session.node.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-session-'));
const at = (name: string): string => join(root, name);
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(async () => {
  await Promise.all([drawShapes(at('shapes'), 2), saveModelFile(at('base.onnx'), tinyBase())]);
  const image = float32([3, 3, 32, 32], new Float32Array(3 * 3 * 32 * 32));
  await writeSafetensorsFile(at('tensors.safetensors'), Object.entries({ image, labels: int64([3], [0, 1, 2]) }));
});

async function notesOf(spec: Pick<SpecInput, 'task' | 'base' | 'transforms'>, data: string): Promise<readonly string[]> {
  const resolved = resolveSpec({ ...spec, data: { train: at(data) }, recipe: 'full' }, { specDir: root });
  const session = await openSession(resolved, at('scratch'));
  await session.close();
  return session.notes;
}

describe('how images were prepared is assumed, with a note', () => {
  const base = { uri: './base.onnx' };
  const task = 'image-classification';

  it('where the base does not say it', async () => {
    expect(await notesOf({ task, base }, 'shapes')).toEqual([expect.stringContaining('RGB in [0, 1] is assumed')]);
  });

  it('not where the spec states it', async () => {
    expect(await notesOf({ task, base: { ...base, preprocessing: { size: [32, 32] } } }, 'shapes')).toEqual([]);
    expect(await notesOf({ task, base, transforms: { eval: [{ name: 'resize', size: [32, 32] }, 'to-tensor'] } }, 'shapes')).toEqual([]);
  });

  it('not where the data holds tensors', async () => {
    expect(await notesOf({ task: 'tensor-classification', base }, 'tensors.safetensors')).toEqual([]);
  });
});
