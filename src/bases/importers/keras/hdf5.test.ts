import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import { File, ready } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { bytesOf, float32, syncMemory } from '../../../core/index.js';
import { memoryFolder } from '../../hub/index.js';
import { importFolder } from '../index.js';
import { withHdf5 } from './hdf5.js';

const source = { uri: 'memory:', file: 'a.h5' };

async function written(fill: (file: File) => void): Promise<Uint8Array> {
  const { FS } = await ready;
  const file = new File('written.h5', 'w');
  fill(file);
  file.close();
  return FS.readFile('written.h5');
}

describe('a damaged HDF5 file', () => {
  const archive = gunzipSync(readFileSync(new URL('../../../../test/keras/nested.keras.gz', import.meta.url)));

  const LAYER_NAMES = 6608;

  it('that claims gigabytes does not get them', async () => {
    const parts = unzipSync(archive);
    const weights = Uint8Array.from(parts['model.weights.h5'] ?? []);
    // The heap with the names of the layers: "HEAP", version, three reserved bytes, and how long the names are together.
    new DataView(weights.buffer).setBigUint64(LAYER_NAMES + 8, 0x6000_0000n, true);
    const read = importFolder(memoryFolder({ 'a.keras': zipSync({ ...parts, 'model.weights.h5': weights }) }));
    await expect(read).rejects.toMatchObject({ code: 'IMPORT_FILE_INVALID' });
    expect((await ready).HEAPU8.byteLength).toBeLessThan(2 ** 27);
    await expect(importFolder(memoryFolder({ 'a.keras': archive }))).resolves.toMatchObject({ model: {} });
  });

  it('leaves the memory of other libraries as it was', async () => {
    const { grow } = WebAssembly.Memory.prototype;
    await expect(withHdf5(source, syncMemory(archive.subarray(0, 100)), () => 0)).rejects.toMatchObject({ code: 'IMPORT_FILE_INVALID' });
    expect(WebAssembly.Memory.prototype.grow).toBe(grow);
  });
});

describe('datasets of HDF5', () => {
  it('become float32', async () => {
    const bytes = await written((file) => {
      file.create_dataset({ name: 'single', data: new Float32Array([1, 2, 3, 4, 5, 6]), shape: [3, 2] });
      file.create_dataset({ name: 'double', data: new Float64Array([0.1, -3]) });
      file.create_dataset({ name: 'scalar', data: 0.5, shape: [], dtype: '<f' });
      file.create_dataset({ name: 'packed', data: new Float32Array(10_000), shape: [10_000], chunks: [10_000], compression: 'gzip' });
    });
    expect(bytes.byteLength).toBeLessThan(40_000);
    await withHdf5(source, syncMemory(bytes), (file) => {
      expect(file.floats('/')).toEqual(['double', 'packed', 'scalar', 'single']);
      expect(file.tensor('single')).toEqual(float32([3, 2], [1, 2, 3, 4, 5, 6]));
      expect(file.tensor('double')).toEqual(float32([2], [0.1, -3]));
      expect(file.tensor('scalar')).toEqual(float32([], [0.5]));
      expect(file.tensor('packed')?.dims).toEqual([10_000]);
      expect(file.tensor('nothing')).toBeUndefined();
    });
  });

  it('are read a slab at a time where they are large', async () => {
    const data = Float32Array.from({ length: 5_000_000 }, (_, i) => i);
    const bytes = await written((file) => {
      file.create_dataset({ name: 'rows', data, shape: [5, 1_000_000] });
      file.create_dataset({ name: 'numbers', data });
    });
    await withHdf5(source, syncMemory(bytes), (file) => {
      expect(file.dims('rows')).toEqual([5, 1_000_000]);
      for (const name of ['rows', 'numbers'])
        expect(Buffer.compare(bytesOf(file.tensor(name) ?? expect.fail()), bytesOf(float32([data.length], data)))).toBe(0);
    });
  });

  it('of other types are refused', async () => {
    const bytes = await written((file) => file.create_dataset({ name: 'quantized', data: new Int8Array(4) }));
    const read = withHdf5(source, syncMemory(bytes), (file) => file.tensor('quantized'));
    await expect(read).rejects.toMatchObject({ code: 'IMPORT_FORMAT_UNSUPPORTED', message: expect.stringContaining('/quantized') });
  });
});
