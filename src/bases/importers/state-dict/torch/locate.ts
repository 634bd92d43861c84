import { PyDict, PyObject, printable } from '../pickle/values.js';
import { isTensor, TorchTensor } from './tensors.js';

/** The dict of tensors in a checkpoint. */
interface Located {
  readonly dict: PyDict;
  /** The keys that lead there. */
  readonly path: readonly string[];
}

/** Under which keys training scripts keep the state dict, the first being preferred: moving averages come last. */
const KEYS: readonly string[] = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'weights',
  'module',
  'net',
  'network',
  'params',
  'generator',
  'ema_state_dict',
  'state_dict_ema',
  'model_ema',
  'ema',
];

/** Keys in a message at most. */
const MOST_KEYS = 8;

/** Dicts in each other that are looked into. */
const MOST_LEVELS = 4;

/**
 * Where the state dict is in what was saved: under one of the usual keys; else all of it, where it has tensors; else under the only key that
 * holds a dict of tensors.
 * @returns what there is instead, for people, where there is none
 */
export function locateStateDict(root: unknown): Located | string {
  return new Search().locate(root, []) ?? contentOf(root);
}

/** Looks into each dict once: they may hold each other, many times over. */
class Search {
  readonly #seen = new Set<PyDict>();
  readonly #holders = new Map<PyDict, boolean>();

  locate(value: unknown, path: readonly string[]): Located | undefined {
    if (!(value instanceof PyDict) || path.length > MOST_LEVELS || this.#seen.has(value)) return undefined;
    this.#seen.add(value);
    for (const key of KEYS) {
      const found = this.locate(value.entries.get(key), [...path, key]);
      if (found) return found;
    }
    if (this.#hasTensors(value)) return { dict: value, path };
    const [only, ...more] = this.dictsOf(value);
    return only && more.length === 0 ? { dict: only[1], path: [...path, only[0]] } : undefined;
  }

  /** The dicts of tensors in a dict. */
  dictsOf({ entries }: PyDict): (readonly [string, PyDict])[] {
    return [...entries].flatMap(([key, value]) =>
      typeof key === 'string' && value instanceof PyDict && this.#hasTensors(value) ? [[key, value] as const] : [],
    );
  }

  #hasTensors(dict: PyDict): boolean {
    const known = this.#holders.get(dict);
    if (known !== undefined) return known;
    const found = [...dict.entries].some(([key, entry]) => typeof key === 'string' && isTensor(entry));
    this.#holders.set(dict, found);
    return found;
  }
}

function contentOf(root: unknown): string {
  if (root instanceof PyObject) return objectOf(root);
  if (root instanceof TorchTensor) return 'a single tensor';
  if (!(root instanceof PyDict)) return 'a value that is no dict';
  const several = new Search().dictsOf(root).map(([key]) => `"${printable(key)}"`);
  if (several.length > 0) return `several dicts of tensors (${several.slice(0, MOST_KEYS).join(', ')})`;
  for (const key of KEYS) {
    const value = root.entries.get(key);
    if (value instanceof PyObject) return `${objectOf(value)} as its "${key}"`;
  }
  return `a dict without tensors (${[...root.entries.keys()].slice(0, MOST_KEYS).map(String).map(printable).join(', ') || 'it is empty'})`;
}

function objectOf({ className }: PyObject): string {
  return `a whole Python object of the class ${printable(className)}`;
}
