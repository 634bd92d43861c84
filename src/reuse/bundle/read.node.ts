import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../core/index.js';
import { type Model, readModel } from '../../engine/graph/index.js';
import { type BundleInfo, bundleSchema } from './info.js';

/** A bundle in memory. */
export interface Bundle {
  readonly path: string;
  readonly info: BundleInfo;
  readonly model: Model;
}

/** @throws BUNDLE_NOT_FOUND, BUNDLE_BROKEN when a file is missing, damaged or of another format */
export async function readBundle(path: string): Promise<Bundle> {
  const text = await readFile(join(path, 'bundle.json'), 'utf8').catch((cause: unknown) => fail('BUNDLE_NOT_FOUND', { path }, cause));
  const info = parseInfo(path, text);
  const bytes = await readFile(join(path, 'model.onnx')).catch((cause: unknown) =>
    fail('BUNDLE_BROKEN', { path, reason: 'model.onnx is missing' }, cause),
  );
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== info.files['model.onnx']?.sha256) fail('BUNDLE_BROKEN', { path, reason: 'model.onnx is not the file the bundle was written with' });
  return { path, info, model: readModel(bytes) };
}

function parseInfo(path: string, text: string): BundleInfo {
  try {
    return bundleSchema.parse(JSON.parse(text));
  } catch (cause) {
    return fail('BUNDLE_BROKEN', { path, reason: `bundle.json: ${cause instanceof Error ? cause.message.slice(0, 300) : String(cause)}` }, cause);
  }
}
