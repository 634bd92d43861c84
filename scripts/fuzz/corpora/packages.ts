import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import type { BundleInfo } from '../../../src/reuse/bundle/index.node.js';
import { makeTarball } from '../../../test/hub/tarball.js';
import type { Files } from '../damage/index.js';
import { smallModel } from './onnx.js';
import type { Sample } from './sample.js';

export interface Digest {
  readonly sha256: string;
  readonly bytes: number;
}

export function digestOf(bytes: Uint8Array): Digest {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength };
}

function bundleFiles(): Files {
  const model = smallModel();
  const info: BundleInfo = {
    format: 1,
    task: 'tensor-classification',
    labels: ['a', 'b'],
    inputs: [{ name: 'x', type: 'float32', dims: ['batch', 20] }],
    outputs: [{ name: 'y', type: 'float32', dims: ['batch', 4] }],
    activation: 'logits',
    preprocessing: [],
    base: { uri: './base.onnx', sha256: 'ab', licence: 'MIT' },
    data: { sha256: 'cd', samples: 3 },
    recipe: 'full',
    metrics: { test: { accuracy: { value: 0.5, interval: [0.25, 0.75] } } },
    versions: { regraft: '0.0.0' },
    created: '2026-01-01T00:00:00.000Z',
    files: { 'model.onnx': digestOf(model) },
  };
  return { 'bundle.json': Buffer.from(JSON.stringify(info)), 'model.onnx': model };
}

export function bundleSamples(): readonly Sample[] {
  return [{ name: 'folder', files: bundleFiles() }];
}

export function bundleArchiveSamples(): readonly Sample[] {
  return [
    { name: 'archive', files: { 'bundle.zip': zipSync({ ...bundleFiles() }) } },
    { name: 'archive of the folder', files: { 'bundle.zip': zipSync({ bundle: { ...bundleFiles() } }) } },
  ];
}

/** A package as npm packs it, with a link, which no package may have. */
export function tarballSamples(): readonly Sample[] {
  const entries = [
    { path: 'package/package.json', content: '{"name": "model", "version": "1.0.0"}' },
    { path: 'package/model/model.json', content: '{}' },
    { path: 'package/model/weights.bin', content: new Uint8Array(3000) },
    { path: 'package/link', type: '2', link: 'package.json' } as const,
  ];
  return [{ name: 'package', files: { 'package.tgz': makeTarball(entries) } }];
}
