import type { HubFolder } from '../hub/index.js';
import { isObject, type JsonObject, parseJson } from './json.js';
import { isPresent } from './present.js';

/** Pieces as SentencePiece keeps them. */
const PIECES = ['spiece.model', 'spm.model', 'sentencepiece.bpe.model', 'tokenizer.model'];
const SETTINGS = 'tokenizer_config.json';
const MODULES = 'modules.json';

/** What a model needs beside its graph to be used: the tokenizer, how inputs are prepared, and what comes behind it. */
const COMPANIONS = [
  'tokenizer.json',
  SETTINGS,
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  ...PIECES,
  'preprocessor_config.json',
  'processor_config.json',
  'generation_config.json',
  MODULES,
  'sentence_bert_config.json',
];

/**
 * The files of the tokenizer and the processor that lie beside a model, or in the folder above it (`onnx/model.onnx`, `0_Transformer/config.json`).
 * They have no folders among them: the `config.json` of a module of sentence-transformers goes by the name of its folder, `1_Pooling.config.json`.
 * @param entry the model, or its config.json
 */
export async function companionFiles(folder: HubFolder, entry: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const places = placesOf(entry);
  const files = new Map<string, Uint8Array>();
  for (const name of COMPANIONS) await take(folder, places, name, (bytes) => files.set(name, bytes));
  for (const path of modulePaths(files.get(MODULES)))
    await take(folder, places, `${path}/config.json`, (bytes) => files.set(`${path}.config.json`, bytes));
  await nameType(folder, places, files);
  return files;
}

/** The folder of the entry, and the one above it. */
function placesOf(entry: string): readonly string[] {
  const parts = entry.split('/').slice(0, -1);
  return [...new Set([parts, parts.slice(0, -1)].map((place) => place.map((part) => `${part}/`).join('')))];
}

async function take(folder: HubFolder, places: readonly string[], name: string, use: (bytes: Uint8Array) => void): Promise<void> {
  const path = (await Promise.all(places.map(async (place) => ((await isPresent(folder, place + name)) ? place + name : undefined)))).find(Boolean);
  if (path !== undefined) use(await folder.root.read(path));
}

/** The folders of modules.json. */
function modulePaths(bytes: Uint8Array | undefined): readonly string[] {
  const modules = bytes && parsed(bytes);
  const paths = Array.isArray(modules) ? modules.map((module) => (isObject(module) ? module['path'] : undefined)) : [];
  return paths.filter((path): path is string => typeof path === 'string' && /^\w+$/.test(path));
}

/** Where nothing but config.json tells whose pieces they are, the tokenizer's settings say so too: config.json is not among the companions. */
async function nameType(folder: HubFolder, places: readonly string[], files: Map<string, Uint8Array>): Promise<void> {
  if (files.has('tokenizer.json') || !PIECES.some((name) => files.has(name))) return;
  const stated = files.get(SETTINGS);
  const settings = stated ? parsed(stated) : {};
  // What is damaged, the tokenizer's reader names.
  if (!isObject(settings) || settings['tokenizer_class'] !== undefined) return;
  await take(folder, places, 'config.json', (bytes) => {
    const config = parsed(bytes);
    if (!isObject(config)) return;
    const { model_type, tokenizer_class } = config;
    files.set(SETTINGS, new TextEncoder().encode(JSON.stringify({ ...settings, model_type, tokenizer_class } satisfies JsonObject)));
  });
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch {
    return undefined;
  }
}
