import type { HubFolder } from '../../hub/index.js';
import { isPresent } from '../present.js';

/** What a model needs beside its graph to be used: the tokenizer, and how inputs are prepared. */
const COMPANIONS = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'spiece.model',
  'spm.model',
  'sentencepiece.bpe.model',
  'tokenizer.model',
  'preprocessor_config.json',
  'processor_config.json',
  'generation_config.json',
];

/** The files of the tokenizer and the processor that lie beside a configuration, by name. */
export async function companionFiles(folder: HubFolder, config: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const place = config.slice(0, config.lastIndexOf('/') + 1);
  const files = new Map<string, Uint8Array>();
  for (const name of COMPANIONS) if (await isPresent(folder, place + name)) files.set(name, await folder.root.read(place + name));
  return files;
}
