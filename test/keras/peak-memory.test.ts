import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { File, ready } from 'h5wasm';
import { afterAll, describe, expect, it } from 'vitest';
import { sizeOf } from '../../src/core/index.js';

const folder = mkdtempSync(join(tmpdir(), 'regraft-peak-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CONVOLUTIONS = ['conv2d', 'conv2d_1', 'conv2d_2', 'conv2d_3'];
const child = fileURLToPath(new URL('peak-memory.ts', import.meta.url));

/** Half of the weights are kernels of convolutions, whose axes ONNX has in another order. When their first form is let go of is up to the engine. */
function configOf(channels: number): string {
  const layer = (type: string, name: string, config: object): object => ({ class_name: type, config: { name, ...config } });
  const layers = [
    layer('InputLayer', 'image', { batch_shape: [null, 32, 32, channels] }),
    ...CONVOLUTIONS.map((name) => layer('Conv2D', name, { filters: channels, kernel_size: [3, 3], use_bias: false })),
    layer('GlobalAveragePooling2D', 'pool', {}),
    layer('Dense', 'dense', { units: unitsOf(channels), use_bias: false }),
  ];
  return JSON.stringify({ class_name: 'Sequential', config: { name: 'model', layers } });
}

function unitsOf(channels: number): number {
  return 9 * CONVOLUTIONS.length * channels;
}

/** An HDF5 file with the kernel of each layer at `path`. */
async function hdf5(channels: number, path: (layer: string) => string, config?: string): Promise<Uint8Array> {
  const { FS } = await ready;
  const file = new File('written.h5', 'w');
  if (config !== undefined) file.create_attribute('model_config', config);
  const kernels = [...CONVOLUTIONS.map((layer) => [layer, [3, 3, channels, channels]] as const), ['dense', [channels, unitsOf(channels)]] as const];
  for (const [layer, shape] of kernels) {
    const parts = path(layer).split('/');
    for (let end = 1; end < parts.length; end++) ensureGroup(file, parts.slice(0, end).join('/'));
    file.create_dataset({ name: path(layer), data: new Float32Array(sizeOf(shape)).fill(0.5), shape: [...shape] });
  }
  file.close();
  const bytes = FS.readFile('written.h5');
  FS.unlink('written.h5');
  return bytes;
}

function ensureGroup(file: File, path: string): void {
  if (!file.get(path)) file.create_group(path);
}

const grouped = (layer: string): string => `model_weights/${layer}/${layer}/kernel:0`;
const numbered = (layer: string): string => `layers/${layer}/vars/0`;

/** How each container is written into a folder of its own; returns its base. */
const containers: Readonly<Record<string, (at: string, channels: number) => Promise<object>>> = {
  'a whole model in HDF5': async (at, channels) => {
    writeFileSync(join(at, 'model.h5'), await hdf5(channels, grouped, configOf(channels)));
    return { uri: join(at, 'model.h5') };
  },
  'weights in HDF5': async (at, channels) => {
    writeFileSync(join(at, 'model.h5'), await hdf5(channels, numbered));
    writeFileSync(join(at, 'config.json'), configOf(channels));
    return { uri: join(at, 'model.h5'), architecture: './config.json' };
  },
  // Keras stores what it archives as it is.
  'a .keras archive': async (at, channels) => {
    const parts = { 'metadata.json': strToU8('{}'), 'config.json': strToU8(configOf(channels)), 'model.weights.h5': await hdf5(channels, numbered) };
    writeFileSync(join(at, 'model.keras'), zipSync(parts, { level: 0 }));
    return { uri: join(at, 'model.keras') };
  },
};

describe('the most memory that an import takes', () => {
  it.each(Object.entries(containers))('is below twice the model for %s', async (name, write) => {
    const [small, large] = ['small', 'large'].map((size) => join(folder, name, size)) as [string, string];
    for (const at of [small, large]) mkdirSync(at, { recursive: true });
    const base = (await write(large, 512)) as { readonly uri: string };
    const words = [await write(small, 4), base].map((value) => JSON.stringify(value));
    const peak = Number(
      execFileSync(process.execPath, ['--import', 'tsx', child, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    expect(peak).toBeGreaterThan(0);
    expect(peak / statSync(base.uri).size).toBeLessThan(2);
  });
});
