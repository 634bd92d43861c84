import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../core/index.js';
import { diskFolder } from '../../hub/disk.node.js';
import { memoryFolder } from '../../hub/index.js';
import { readWeights } from './index.js';

interface Expected {
  readonly weights?: Readonly<Record<string, { readonly type: string; readonly dims: readonly number[]; readonly bytes: string }>>;
  readonly notes?: number;
  readonly refused?: string;
}

const FOLDER = new URL('../../../../test/torch/files/', import.meta.url);
const expected = Object.entries(JSON.parse(readFileSync(new URL('expected.json', FOLDER), 'utf8')) as Record<string, Expected>);
const root = diskFolder(fileURLToPath(FOLDER), 'files');
const disk = { kind: 'path', root, source: { uri: 'files' } } as const;

describe('files that torch.save wrote', () => {
  it.each(expected.filter(([, { weights }]) => weights))('%s: every tensor has the bytes that PyTorch gives', async (file, { weights, notes }) => {
    const memory = memoryFolder({ [file]: await root.read(file) });
    for (const folder of [disk, memory]) {
      const found = await readWeights(folder, file);
      expect(found.notes).toHaveLength(notes ?? 0);
      expect([...found.weights.keys()]).toEqual(Object.keys(weights ?? {}));
      for (const [name, { type, dims, bytes }] of Object.entries(weights ?? {})) {
        const weight = found.weights.get(name);
        const tensor = await weight?.read();
        expect([weight?.type, weight?.dims]).toEqual([type, dims]);
        expect([name, tensor?.type, tensor?.dims, tensor && Buffer.from(bytesOf(tensor)).toString('hex')]).toEqual([name, type, dims, bytes]);
      }
    }
  });

  it.each(expected.filter(([, { refused }]) => refused))('%s is refused with a reason', async (file, { refused }) => {
    await expect(readWeights(disk, file)).rejects.toMatchObject({ code: refused });
  });

  it('names the class of an object that was saved whole', async () => {
    const message = expect.stringContaining('holds a whole Python object of the class __main__.Net as its "model", not a state dict');
    await expect(readWeights(disk, 'module-inside-2.13-zip.pt')).rejects.toMatchObject({ message });
  });

  it('says where the weights were found and how their names were changed', async () => {
    const { notes } = await readWeights(disk, 'checkpoint-2.13-zip.pt');
    expect(notes).toEqual(['The weights are those under "model".', 'The prefix "module." of DataParallel was taken off the names of the weights.']);
  });
});
