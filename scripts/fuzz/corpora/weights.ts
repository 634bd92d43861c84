import { readdirSync, readFileSync } from 'node:fs';
import { type DataType, fromNumbers, writeSafetensors } from '../../../src/core/index.js';
import { filesIn, isSmall, realFolders, type Sample } from './sample.js';

const ROOT = new URL('../../../test/torch/files/', import.meta.url);

/** Files of torch.save that hold a state dict, each as `file`. */
function torchSamples(names: RegExp, file: string): readonly Sample[] {
  const found = readdirSync(ROOT).filter((name) => names.test(name));
  return found.map((name): Sample => ({ name, entry: file, files: { [file]: readFileSync(new URL(name, ROOT)) } }));
}

/** Every file in the folders of a kind, as a sample of its own. */
function realFiles(kind: string, wanted: RegExp, file: string): readonly Sample[] {
  return realFolders(kind).flatMap((folder) =>
    Object.entries(filesIn(folder, wanted))
      .map(([name, bytes]): Sample => ({ name, entry: file, files: { [file]: bytes } }))
      .filter(isSmall),
  );
}

export function torchZipSamples(): readonly Sample[] {
  return [
    ...torchSamples(/^(?:types|views|checkpoint|parameters|protocol).*-zip\.pt$/, 'weights.pt'),
    ...realFiles('pytorch', /^(?!legacy|simple_legacy|broken).*\.pth?$/, 'weights.pt'),
  ];
}

export function torchLegacySamples(): readonly Sample[] {
  return [
    ...torchSamples(/^(?:types|views|checkpoint|parameters).*-legacy\.pt$/, 'weights.pth'),
    ...realFiles('pytorch', /^(?:simple_)?legacy.*\.pt$/, 'weights.pth'),
  ];
}

const TYPES: readonly DataType[] = ['float32', 'float16', 'bfloat16', 'float64', 'int64', 'int8', 'bool'];

/** Tensors of each type, as one file and as two with their index. */
export function safetensorsSamples(): readonly Sample[] {
  const tensors = TYPES.map(
    (type, i) =>
      [
        `layers.${i}.weight`,
        fromNumbers(
          type,
          [2, i],
          Array.from({ length: 2 * i }, (_, k) => k % 2),
        ),
      ] as const,
  );
  const index = { metadata: {}, weight_map: Object.fromEntries(tensors.map(([name], i) => [name, `${i % 2}.safetensors`])) };
  const shard = (part: number): Uint8Array => writeSafetensors(tensors.filter((_, i) => i % 2 === part));
  const sharded = { '0.safetensors': shard(0), '1.safetensors': shard(1), 'model.safetensors.index.json': Buffer.from(JSON.stringify(index)) };
  return [
    { name: 'types', entry: 'model.safetensors', files: { 'model.safetensors': writeSafetensors(tensors, [['format', 'pt']]) } },
    { name: 'shards', entry: 'model.safetensors.index.json', files: sharded },
    ...realFiles('safetensors', /\.safetensors$/, 'model.safetensors'),
  ];
}
