import { File, ready } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { bytesOf, float32 } from '../../../core/index.js';
import { withHdf5 } from './hdf5.js';

const source = { uri: 'memory:', file: 'a.h5' };

async function written(fill: (file: File) => void): Promise<Uint8Array> {
  const { FS } = await ready;
  const file = new File('written.h5', 'w');
  fill(file);
  file.close();
  return FS.readFile('written.h5');
}

describe('datasets of HDF5', () => {
  it('become float32', async () => {
    const bytes = await written((file) => {
      file.create_dataset({ name: 'single', data: new Float32Array([1, 2, 3, 4, 5, 6]), shape: [3, 2] });
      file.create_dataset({ name: 'double', data: new Float64Array([0.1, -3]) });
      file.create_dataset({ name: 'scalar', data: 0.5, shape: [], dtype: '<f' });
      file.create_dataset({ name: 'packed', data: new Float32Array(10_000), shape: [10_000], chunks: [10_000], compression: 'gzip' });
    });
    expect(bytes.byteLength).toBeLessThan(40_000);
    await withHdf5(source, bytes, (file) => {
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
    await withHdf5(source, bytes, (file) => {
      expect(file.dims('rows')).toEqual([5, 1_000_000]);
      for (const name of ['rows', 'numbers'])
        expect(Buffer.compare(bytesOf(file.tensor(name) ?? expect.fail()), bytesOf(float32([data.length], data)))).toBe(0);
    });
  });

  it('of other types are refused', async () => {
    const bytes = await written((file) => file.create_dataset({ name: 'quantized', data: new Int8Array(4) }));
    const read = withHdf5(source, bytes, (file) => file.tensor('quantized'));
    await expect(read).rejects.toMatchObject({ code: 'IMPORT_FORMAT_UNSUPPORTED', message: expect.stringContaining('/quantized') });
  });
});
