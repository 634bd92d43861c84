import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawShapes } from '../../../test/support/shapes.js';
import { writeTextBase } from '../../../test/support/text-base.js';
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

describe('the tokens of a text become one vector', () => {
  /** What the model's output, or that of its head's input, is computed by. */
  async function poolingOf(settings: object | undefined, pooling: 'auto' | 'max' = 'auto'): Promise<readonly string[]> {
    const folder = await writeTextBase(mkdtempSync(at('text-')));
    if (settings) {
      const modules = ['Transformer', 'Pooling'].map((type, idx) => ({
        idx,
        path: idx === 0 ? '' : '1_Pooling',
        type: `sentence_transformers.models.${type}`,
      }));
      mkdirSync(join(folder, '1_Pooling'));
      writeFileSync(join(folder, 'modules.json'), JSON.stringify(modules));
      writeFileSync(join(folder, '1_Pooling', 'config.json'), JSON.stringify(settings));
    }
    writeFileSync(at('texts.csv'), 'text,label\nthe cat,a\nthe dog,b\n');
    const spec = { task: 'text-classification', base: folder, data: { train: at('texts.csv') }, recipe: 'full', text: { pooling } } as const;
    const session = await openSession(resolveSpec(spec, { specDir: root }), at('scratch'));
    await session.close();
    return session.learner.model.graph.nodes.flatMap(({ op, outputs }) => (outputs[0]?.startsWith('pooling/') ? [op] : []));
  }

  it('as the base was trained, else by their mean, or as the spec says', async () => {
    expect(await poolingOf(undefined)).toContain('Div');
    expect(await poolingOf({ pooling_mode_mean_tokens: true })).toContain('Div');
    expect(await poolingOf({ pooling_mode_cls_token: true })).toEqual(['Gather']);
    expect(await poolingOf({ pooling_mode_cls_token: true }, 'max')).toContain('ReduceMax');
  });

  it('not in a way that is not built, unless the spec says how', async () => {
    await expect(poolingOf({ pooling_mode_weightedmean_tokens: true })).rejects.toMatchObject({ code: 'SENTENCE_MODULE_UNSUPPORTED' });
    expect(await poolingOf({ pooling_mode_weightedmean_tokens: true }, 'max')).toContain('ReduceMax');
  });
});
