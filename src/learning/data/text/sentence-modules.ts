import { fail } from '../../../core/index.js';
import { isObject, readJson, readObject, type Settings, type TokenizerFiles } from './files.js';

/** How sentence-transformers makes one vector of those of the tokens. */
export interface SentenceModules {
  readonly pooling: Pooling;
  /** Whether vectors are divided by their length. */
  readonly normalize: boolean;
  /** Tokens of a text at most, special tokens included. */
  readonly maxLength?: number;
}

export type Pooling = 'mean' | 'cls' | 'max' | 'last';

const FILE = 'modules.json';

/** What `1_Pooling/config.json` calls the ways, in its older form of a switch each. */
const SWITCHES: Readonly<Record<string, string>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_max_tokens: 'max',
  pooling_mode_lasttoken: 'lasttoken',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len_tokens',
  pooling_mode_weightedmean_tokens: 'weightedmean',
};
const BUILT: Readonly<Record<string, Pooling>> = { cls: 'cls', mean: 'mean', max: 'max', lasttoken: 'last' };

/**
 * The modules behind the network of a model of sentence-transformers, as `modules.json` lists them.
 * @param files by name; the `config.json` of a module by the name of its folder: `1_Pooling/config.json` or `1_Pooling.config.json`
 * @returns undefined where there is no `modules.json`
 * @throws SENTENCE_MODULE_UNSUPPORTED for modules and ways of pooling that are not built; DATA_FORMAT_BROKEN
 */
export function readSentenceModules(files: TokenizerFiles): SentenceModules | undefined {
  if (!files.has(FILE)) return undefined;
  const [network, ...modules] = readModules(files);
  if (network?.type !== 'Transformer') unsupported(FILE, network?.type ?? 'no network');
  const known = ['Pooling', 'Normalize'];
  const other = modules.find(({ type }, index) => type !== known[index]);
  if (other) unsupported(FILE, `${other.type} as module ${modules.indexOf(other) + 2}`);
  const { max_seq_length: maxLength } = readObject(files, 'sentence_bert_config.json');
  return {
    pooling: modules[0] ? readPooling(files, modules[0].path) : unsupported(FILE, 'a network without pooling'),
    normalize: modules.length > 1,
    ...(typeof maxLength === 'number' && { maxLength }),
  };
}

/** Names of classes without the packages they are in. @throws DATA_FORMAT_BROKEN */
function readModules(files: TokenizerFiles): readonly { readonly type: string; readonly path: string }[] {
  const modules = readJson(files, FILE);
  if (!Array.isArray(modules) || !modules.every((module) => isObject(module) && typeof module['type'] === 'string'))
    fail('DATA_FORMAT_BROKEN', { file: FILE, format: 'sentence-transformers', reason: 'it is no list of modules' });
  return (modules as Settings[]).map(({ type, path }) => ({ type: String(type).split('.').at(-1) as string, path: String(path) }));
}

/** The way of pooling; several at once would make longer vectors. Mean where nothing is said. */
function readPooling(files: TokenizerFiles, path: string): Pooling {
  const file = [`${path}/config.json`, `${path}.config.json`].find((name) => files.has(name));
  const settings = file === undefined ? {} : readObject(files, file);
  const switched = Object.entries(SWITCHES).flatMap(([name, way]) => (settings[name] === true ? [way] : []));
  const named = settings['pooling_mode'] === undefined ? switched : [settings['pooling_mode']].flat().map(String);
  const ways = named.length === 0 ? ['mean'] : named;
  const [pooling] = ways.map((way) => BUILT[way]);
  return ways.length === 1 && pooling ? pooling : unsupported(file ?? FILE, `pooling by ${ways.join(' and ')}`);
}

function unsupported(file: string, module: string): never {
  return fail('SENTENCE_MODULE_UNSUPPORTED', { file, module });
}
