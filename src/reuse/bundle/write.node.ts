import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail, fileFailure, RegraftError } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import { saveModelFile } from '../../engine/graph/index.node.js';
import { modelCard } from './card.js';
import type { BundleInfo } from './info.js';

/**
 * Writes a bundle folder: `model.onnx`, `bundle.json` and `MODEL_CARD.md`. The folder appears whole or not at all; one of the same name is
 * replaced.
 * @throws BUNDLE_WRITE_FAILED, for instance on a full disk
 */
export async function writeBundle(path: string, model: Model, info: Omit<BundleInfo, 'files'>): Promise<BundleInfo> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(temporary, { recursive: true });
    await saveModelFile(join(temporary, 'model.onnx'), model);
    await writeFile(join(temporary, 'MODEL_CARD.md'), modelCard(info), { flush: true });
    const complete = { ...info, files: { 'model.onnx': await fingerprint(join(temporary, 'model.onnx')) } };
    await writeFile(join(temporary, 'bundle.json'), `${JSON.stringify(complete, undefined, 2)}\n`, { flush: true });
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { recursive: true, force: true });
    await rename(temporary, path);
    return complete;
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    const reason = fileFailure(cause instanceof RegraftError ? cause.cause : cause);
    return fail('BUNDLE_WRITE_FAILED', { path, reason }, cause);
  }
}

async function fingerprint(path: string): Promise<{ sha256: string; bytes: number }> {
  const bytes = await readFile(path);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}
