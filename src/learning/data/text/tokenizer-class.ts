import { fail } from '../../../core/index.js';
import type { Settings } from './files.js';

/**
 * The class of transformers that `tokenizer_config.json` names, without `Fast`; undefined when it names none.
 * @param known the classes whose vocabulary is read from `file`
 * @throws TOKENIZER_INVALID for any other class: the same vocabulary would be used in another way
 */
export function classOf(settings: Settings, known: readonly string[], file: string): string | undefined {
  const named = settings['tokenizer_class'];
  if (typeof named !== 'string') return undefined;
  const name = named.replace(/Fast$/, '');
  if (known.includes(name)) return name;
  fail('TOKENIZER_INVALID', { file, reason: `it is of class ${named}, which is read from a tokenizer.json only, unlike ${known.join(', ')}` });
}
