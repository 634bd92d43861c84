import { readdirSync, readFileSync } from 'node:fs';
import { writeSafetensors } from '../../../src/core/index.js';
import { narrowCases, tensorsOf } from '../../../test/support/torch-architectures.js';
import type { Sample } from './sample.js';

const SAVED = new URL('../../../test/torch/saved/', import.meta.url);

/** State dicts of a narrow ShuffleNet as PyTorch saved them, and narrow networks of other designs. */
export function torchSamples(): readonly Sample[] {
  const names = readdirSync(SAVED).filter((name) => /\.pth?$/.test(name));
  const saved = names.map((name): Sample => {
    // The name says what kind of damage is done: an archive is taken apart.
    const file = name.includes('legacy') ? 'weights.pth' : 'weights.pt';
    return { name, entry: file, architecture: 'shufflenet_v2_x0_5', files: { [file]: readFileSync(new URL(name, SAVED)) } };
  });
  return [...saved, ...Object.entries(narrowCases).map(([architecture, golden]) => narrowSample(architecture, writeSafetensors(tensorsOf(golden))))];
}

function narrowSample(architecture: string, weights: Uint8Array): Sample {
  return { name: architecture, entry: 'weights.safetensors', architecture, files: { 'weights.safetensors': weights } };
}
