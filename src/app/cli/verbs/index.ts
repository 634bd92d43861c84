import type { Verb } from '../verb.js';
import { demo } from './demo.js';
import { diff } from './diff.js';
import { doctor } from './doctor.js';
import { evaluate } from './evaluate.js';
import { exportVerb } from './export.js';
import { generate } from './generate.js';
import { gradcheck } from './gradcheck.js';
import { hubList, hubPath, hubPrefetch, hubRemove, hubVerify } from './hub.js';
import { importVerb } from './import.js';
import { init } from './init.js';
import { inspect } from './inspect.js';
import { lrFind } from './lr-find.js';
import { predict } from './predict.js';
import { search } from './search.js';
import { train } from './train.js';

/** Every verb, in the order of the work. One file and one row add one. */
export const verbs: readonly Verb[] = [
  init,
  search,
  inspect,
  importVerb,
  lrFind,
  train,
  evaluate,
  diff,
  predict,
  generate,
  exportVerb,
  gradcheck,
  hubPrefetch,
  hubList,
  hubVerify,
  hubRemove,
  hubPath,
  doctor,
  demo,
];
