import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { drawShapes } from '../../../test/support/shapes.js';
import { tinyBase } from '../../../test/support/tiny-base.js';
import { saveModelFile } from '../../engine/graph/index.node.js';
import { openDataset } from '../../learning/data/index.node.js';
import { createLearner, loadModel, saveBundle } from './index.node.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-learner-'));
const at = (name: string): string => join(root, name);
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('leaves the bundle and nothing else', async () => {
  await Promise.all([drawShapes(at('shapes'), 4), saveModelFile(at('base.onnx'), tinyBase())]);
  mkdirSync(at('temporary'));
  vi.stubEnv('TMPDIR', at('temporary'));
  const learner = await createLearner({
    base: await loadModel(at('base.onnx')),
    data: await openDataset(at('shapes')),
    task: 'image-classification',
  });
  await learner.fineTune({ epochs: 2 });
  await saveBundle(learner, at('bundle'));
  await learner.close();
  expect(readdirSync(at('bundle')).sort()).toEqual(['MODEL_CARD.md', 'bundle.json', 'model.onnx']);
  expect(readdirSync(at('temporary')).filter((name) => name.startsWith('regraft'))).toEqual([]);
});
