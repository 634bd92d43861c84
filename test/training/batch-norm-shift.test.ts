import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { resolveSpec, type SpecInput } from '../../src/app/spec/index.js';
import { train } from '../../src/app/workflow/index.node.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { drawShapes } from '../support/shapes.js';
import { tinyBase } from '../support/tiny-base.js';

const folder = mkdtempSync(join(tmpdir(), 'regraft-shift-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The same pictures with a third of the light. */
async function darken(from: string, to: string): Promise<void> {
  for (const label of readdirSync(join(folder, from))) {
    mkdirSync(join(folder, to, label), { recursive: true });
    const files = readdirSync(join(folder, from, label));
    await Promise.all(
      files.map((file) =>
        sharp(join(folder, from, label, file))
          .linear(0.35, 10)
          .toFile(join(folder, to, label, file)),
      ),
    );
  }
}

/** Accuracy on the test data, and the bundle. */
async function trained(name: string, spec: Partial<SpecInput> & Pick<SpecInput, 'base' | 'data'>): Promise<readonly [number, string]> {
  const whole = resolveSpec({ task: 'image-classification', threads: 1, seed: 1, ...spec }, { specDir: folder });
  const { metrics, bundle } = await train({ spec: whole, out: join(folder, name) });
  return [metrics['test']?.['accuracy']?.value ?? Number.NaN, bundle ?? ''];
}

it('statistics of darker images take back what the dark takes from a model that saw bright ones', { timeout: 180_000 }, async () => {
  await Promise.all([drawShapes(join(folder, 'bright'), 40), drawShapes(join(folder, 'held-bright'), 20, 9)]);
  await darken('bright', 'dark');
  await darken('held-bright', 'held-dark');
  await saveModelFile(join(folder, 'base.onnx'), tinyBase());
  const [bright, base] = await trained('first', {
    base: { uri: './base.onnx', preprocessing: { size: [32, 32] } },
    data: { train: './bright', test: './held-bright' },
    recipe: 'scratch',
    transforms: { train: ['horizontal-flip', 'to-tensor'] },
    training: { epochs: 25, batchSize: 20, batchNorm: 'train', optimizer: { name: 'adamw', lr: 0.01 } },
  });
  const inDark = async (batchNorm: 'eval' | 'adapt'): Promise<number> => {
    const training = { steps: 1, batchSize: 20, batchNorm, optimizer: { name: 'sgd', lr: 1e-9 } } as const;
    const [accuracy] = await trained(batchNorm, { base, head: 'keep', data: { train: './dark', test: './held-dark' }, recipe: 'full', training });
    return accuracy;
  };
  expect(bright).toBeGreaterThan(0.85);
  // Of three classes.
  expect(await inDark('eval')).toBeLessThan(0.5);
  expect(await inDark('adapt')).toBeGreaterThan(0.8);
});
