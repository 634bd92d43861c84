import { companionsOf } from '../https/companions.js';

/** Weights in one format. */
interface WeightFormat {
  readonly name: string;
  /** Where it lies, the likeliest first. */
  readonly at: readonly string[];
  /** What it is called otherwise; taken where it is the only one. */
  readonly otherwise?: RegExp;
  /** What belongs to it and is named nowhere. */
  readonly beside?: RegExp;
}

/** Formats of weights, the best first: of what a repository offers in several, one is fetched. */
const formats: readonly WeightFormat[] = [
  { name: 'safetensors', at: ['model.safetensors', 'model.safetensors.index.json'] },
  { name: 'PyTorch', at: ['pytorch_model.bin', 'pytorch_model.bin.index.json'] },
  { name: 'ONNX', at: ['onnx/model.onnx', 'model.onnx'], otherwise: /\.onnx$/ },
  { name: 'Keras', at: ['model.keras'], otherwise: /^[^/]+\.keras$/ },
  { name: 'SavedModel', at: ['saved_model.pb'], beside: /^(?:variables|assets)\/|^(?:fingerprint|keras_metadata)\.pb$/ },
  // `tf_model.h5` and `*.weights.h5` are weights of models whose code is elsewhere.
  { name: 'Keras, HDF5', at: ['model.h5'], otherwise: /^(?!tf_model\.h5$)[^/]+(?<!\.weights)\.h5$/ },
  { name: 'TensorFlow.js', at: ['model.json'] },
];

/** What says how weights are used: configuration, tokenizer, preprocessing, licence. */
const descriptions: readonly RegExp[] = [
  /^(?:config|generation_config)\.json$/,
  /^(?:preprocessor_config|processor_config)\.json$/,
  /^(?:tokenizer|tokenizer_config|special_tokens_map|added_tokens)\.json$/,
  /^(?:vocab\.txt|vocab\.json|merges\.txt)$/,
  /^(?:spiece|sentencepiece\.bpe|tokenizer|spm)\.model$/,
  // sentence-transformers: how token vectors become one.
  /^(?:modules|sentence_bert_config|config_sentence_transformers)\.json$|^\d+_\w+\/(?:config\.json|model\.safetensors)$/,
  /^README\.md$/,
];

/** What of a repository is fetched. Files that `main` names (shards, external data) come on top. */
export interface Choice {
  /** The file with the weights, or that names those that hold them. */
  readonly main: string;
  readonly others: readonly string[];
}

/** What is fetched for an address: of the file that it names, or of the repository as a whole. `undefined` where there is nothing for it. */
export function choose(paths: readonly string[], file: string | undefined): Choice | undefined {
  return file === undefined ? chooseModel(paths) : chooseFile(paths, file);
}

/** All files of a choice, sorted, with those that its main file names: shards, external data. */
export async function filesOf({ main, others }: Choice, readMain: () => Promise<Uint8Array>): Promise<readonly string[]> {
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const named = await companionsOf(main.slice(folder.length), readMain);
  return [...new Set([main, ...others, ...named.map((path) => folder + path)])].sort();
}

/** What is fetched of a repository as a whole; `undefined` where it has no weights that would be taken. Code is never among it. */
function chooseModel(paths: readonly string[]): Choice | undefined {
  for (const { at, otherwise, beside } of formats) {
    const main = at.find((path) => paths.includes(path)) ?? onlyOne(paths.filter((path) => otherwise?.test(path)));
    if (main !== undefined) return { main, others: paths.filter((path) => path !== main && (describes(path) || beside?.test(path))) };
  }
  return undefined;
}

/** Names of files that hold weights. */
const weights = /\.(?:safetensors|bin|pt|pth|ckpt|onnx|keras|h5|pb)$|\.index\.json$|^model\.json$/;

/** What is fetched where a file is named: weights come with what describes them, all else comes alone. `undefined` where there is no such file. */
function chooseFile(paths: readonly string[], file: string): Choice | undefined {
  if (!paths.includes(file)) return undefined;
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const name = file.slice(folder.length);
  if (!weights.test(name)) return { main: file, others: [] };
  const beside = formats.find(({ at }) => at.includes(name))?.beside;
  const belongs = (inside: string): boolean => /^[^/]+\.json$/.test(inside) || beside?.test(inside) === true;
  const others = paths.filter((path) => describes(path) || (path.startsWith(folder) && belongs(path.slice(folder.length))));
  return { main: file, others: others.filter((path) => path !== file) };
}

function describes(path: string): boolean {
  return descriptions.some((form) => form.test(path));
}

function onlyOne(paths: readonly string[]): string | undefined {
  return paths.length === 1 ? paths[0] : undefined;
}
