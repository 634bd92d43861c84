import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unpack } from '../../src/bases/hub/archive/unpack.node.js';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { readWeights } from '../../src/bases/importers/state-dict/index.js';
import { readBundle } from '../../src/reuse/bundle/index.node.js';
import { huggingfaceSamples } from './corpora/huggingface.js';
import { hdf5Samples, hdf5WeightsSamples, kerasArchiveSamples } from './corpora/keras.js';
import { onnxSamples } from './corpora/onnx.js';
import { opSamples } from './corpora/ops.js';
import { bundleArchiveSamples, bundleSamples, digestOf, tarballSamples } from './corpora/packages.js';
import type { Sample } from './corpora/sample.js';
import { checkpointSamples, graphDefSamples, savedModelSamples } from './corpora/tensorflow.js';
import { tfjsGraphSamples, tfjsLayersSamples, tfjsModuleSamples } from './corpora/tfjs.js';
import { tokenizerSamples, useTokenizer, useTokenizerInBrowser } from './corpora/tokenizers.js';
import { torchSamples } from './corpora/torch.js';
import { safetensorsSamples, torchLegacySamples, torchZipSamples } from './corpora/weights.js';
import type { Files } from './damage/index.js';
import { exercise, importModel } from './exercise.js';

/** A reader of files of a kind, and files of that kind. */
export interface Reader {
  readonly samples: () => readonly Sample[];
  /** @throws RegraftError where it refuses the files */
  readonly read: (sample: Sample) => Promise<void>;
}

/** Every reader that is fed with files of others; one row adds one. */
export const readers: Readonly<Record<string, Reader>> = {
  onnx: { samples: onnxSamples, read: importModel },
  'onnx-ops': { samples: opSamples, read: importModel },
  'tfjs-layers': { samples: tfjsLayersSamples, read: importModel },
  'tfjs-graph': { samples: tfjsGraphSamples, read: importModel },
  'tfjs-module': { samples: tfjsModuleSamples, read: importModel },
  'saved-model': { samples: savedModelSamples, read: importModel },
  'graph-def': { samples: graphDefSamples, read: importModel },
  checkpoint: { samples: checkpointSamples, read: importModel },
  keras: { samples: kerasArchiveSamples, read: importModel },
  'keras-h5': { samples: hdf5Samples, read: importModel },
  'keras-weights-h5': { samples: hdf5WeightsSamples, read: importModel },
  safetensors: { samples: safetensorsSamples, read: readWeightsFile },
  'torch-zip': { samples: torchZipSamples, read: readWeightsFile },
  'torch-legacy': { samples: torchLegacySamples, read: readWeightsFile },
  torch: { samples: torchSamples, read: importModel },
  huggingface: { samples: huggingfaceSamples, read: importModel },
  tarball: { samples: tarballSamples, read: ({ files }) => withFolder(files, unpackInside) },
  bundle: { samples: bundleSamples, read: ({ files }) => withFolder(signed(files), readFolder) },
  tokenizer: { samples: tokenizerSamples, read: useTokenizer },
  'tokenizer-browser': { samples: tokenizerSamples, read: useTokenizerInBrowser },
  'bundle-zip': { samples: bundleArchiveSamples, read: ({ files }) => withFolder(files, (folder) => readFolder(join(folder, 'bundle.zip'))) },
};

/** Every tensor of a weights file. */
async function readWeightsFile({ files, entry = '' }: Sample): Promise<void> {
  const { weights } = await readWeights(memoryFolder(files), entry);
  for (const [name, weight] of weights) {
    const { type, dims } = await weight.read();
    if (type !== weight.type || String(dims) !== String(weight.dims)) throw new Error(`"${name}" is not what the header says`);
  }
}

/** The files on disk for as long as `read` runs. */
async function withFolder(files: Files, read: (folder: string) => Promise<void>): Promise<void> {
  const outside = await mkdtemp(join(tmpdir(), 'regraft-fuzz-'));
  const folder = join(outside, 'inside');
  try {
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), bytes);
    }
    await read(folder);
    const found = await readdir(outside);
    if (found.length > 1) throw new Error(`Something was written outside of the folder: ${found.join(', ')}`);
  } finally {
    await rm(outside, { recursive: true, force: true, maxRetries: 5 });
  }
}

const LIMITS = { files: 1000, bytes: 2 ** 24 };

async function unpackInside(folder: string): Promise<void> {
  const target = join(folder, 'package');
  await mkdir(target);
  await unpack({ file: join(folder, 'package.tgz'), name: 'package.tgz', strip: 1 }, target, LIMITS);
}

async function readFolder(path: string): Promise<void> {
  exercise((await readBundle(path)).model);
}

/** The bundle with the digest of the model it holds, for half of the models: the others are refused because of it. */
function signed(files: Files): Files {
  const [info, model] = [files['bundle.json'], files['model.onnx']];
  if (!info || !model || model.byteLength % 2 === 1) return files;
  const text = Buffer.from(info).toString();
  const { sha256, bytes } = digestOf(model);
  const patched = text.replace(/"sha256":"[0-9a-f]{64}","bytes":\d+/, `"sha256":"${sha256}","bytes":${bytes}`);
  return { ...files, 'bundle.json': Buffer.from(patched) };
}
