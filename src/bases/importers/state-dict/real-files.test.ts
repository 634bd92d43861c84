import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toNumbers } from '../../../core/index.js';
import { diskFolder } from '../../hub/disk.node.js';
import { readWeights, type Weights } from './index.js';

/** Files of others, which may not be copied into this repository. */
const ROOT = process.env['REGRAFT_FIXTURES'] ?? '';
const MANIFEST = join(ROOT, 'MANIFEST.json');
const present = ROOT !== '' && existsSync(MANIFEST);
if (!present) process.stderr.write('SKIPPED: real weights files; set REGRAFT_FIXTURES to the folder that has pytorch and safetensors\n');

/** A tensor as PyTorch read it; numbers that are not finite are text. */
interface Leaf {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly first: readonly (number | string)[];
  readonly sum: number | null;
}

interface Contents {
  readonly [name: string]: Contents | Leaf;
}

interface Manifest {
  readonly items: readonly { readonly format: string; readonly files: readonly { readonly file: string; readonly contents?: Contents }[] }[];
}

const items = present ? (JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest).items : [];
const filesOf = (format: string) => items.filter((item) => item.format === format).flatMap(({ files }) => files);

/** What is no dict of tensors, or of more than one. */
const REFUSED: Readonly<Record<string, string>> = {
  'broken.pt': 'IMPORT_FILE_INVALID',
  'nested_dict.pt': 'IMPORT_NOT_STATE_DICT',
  'complex_structure.pt': 'IMPORT_NOT_STATE_DICT',
};

function read(file: string): Promise<Weights> {
  const path = join(ROOT, file);
  return readWeights({ kind: 'path', root: diskFolder(dirname(path), path), source: { uri: path } }, basename(path));
}

function isLeaf(value: unknown): value is Leaf {
  return typeof value === 'object' && value !== null && 'dtype' in value;
}

/** The tensors of the first dict that has some, from the outside in; optimisers come behind models. */
function tensorsIn(contents: Contents): Readonly<Record<string, Leaf>> | undefined {
  const leaves = Object.entries(contents).filter(([, value]) => isLeaf(value));
  if (leaves.length > 0) return Object.fromEntries(leaves) as Record<string, Leaf>;
  for (const value of Object.values(contents)) {
    const inner = typeof value === 'object' && value !== null ? tensorsIn(value as Contents) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

const numbersOf = (values: readonly (number | string)[]): number[] => values.map((value) => Number(String(value).replace('inf', 'Infinity')));

describe.skipIf(!present)('real files', () => {
  const torch = filesOf('pytorch').filter(({ file }) => !(basename(file) in REFUSED));
  it.each(torch)('$file has the tensors that PyTorch finds', async ({ file, contents }) => {
    const { weights } = await read(file);
    expect(weights.size).toBeGreaterThan(0);
    const leaves = contents && tensorsIn(contents);
    if (leaves) expect([...weights.keys()].sort()).toEqual(Object.keys(leaves).sort());
    for (const [name, weight] of weights) {
      const values = toNumbers(await weight.read());
      const leaf = leaves?.[name];
      if (!leaf) continue;
      expect([name, weight.type, weight.dims]).toEqual([name, leaf.dtype, leaf.shape]);
      expect(values.slice(0, leaf.first.length)).toEqual(numbersOf(leaf.first));
      // PyTorch added in the type of the tensor, in another order: half has 11 bits.
      const total = values.reduce((sum, value) => sum + value, 0);
      if (leaf.sum !== null) expect(Math.abs(total - leaf.sum)).toBeLessThanOrEqual(1e-3 * (1 + Math.abs(leaf.sum)));
    }
  });

  it.each(Object.entries(REFUSED))('%s is refused with a reason', async (file, code) => {
    await expect(read(`pytorch/burn-reader-cases/${file}`)).rejects.toMatchObject({ code });
  });

  it.each(filesOf('safetensors'))('$file has the tensors of its list', async ({ file, contents }) => {
    const { weights } = await read(file);
    const found = await Promise.all([...weights].map(async ([name, weight]) => [name, weight.dims, (await weight.read()).dims]));
    const listed = Object.entries(contents ?? {}).map(([name, entry]) => [name, (entry as unknown as readonly unknown[])[1]]);
    expect(found).toEqual(listed.map(([name, dims]) => [name, dims, dims]));
  });
});
