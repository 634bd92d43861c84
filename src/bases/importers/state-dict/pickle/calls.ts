import { PickleError } from './errors.js';
import { PyDict, PyList, PyTuple } from './values.js';

type Call = (args: readonly unknown[]) => unknown;

/** Entries that calls may copy, all together: one list can be handed to many. */
const MOST_ENTRIES = 2 ** 20;

/** What Python's own library would do, where it does no more than make a plain value; for one pickle. */
export function plainCalls(): readonly (readonly [string, Call])[] {
  let copied = 0;
  /** A dict of the pairs in a list, or an empty one. */
  const dict: Call = ([pairs]) => {
    const result = new PyDict();
    const items = pairs instanceof PyList ? pairs.items : [];
    copied += items.length;
    if (copied > MOST_ENTRIES) throw new PickleError(`its pickle copies more than ${MOST_ENTRIES} entries`);
    for (const pair of items) {
      const [key, value] = pair instanceof PyList || pair instanceof PyTuple ? pair.items : [];
      result.set(key, value);
    }
    return result;
  };
  return [
    ['collections.OrderedDict', dict],
    ['builtins.dict', dict],
    ['collections.defaultdict', () => new PyDict()],
  ];
}
