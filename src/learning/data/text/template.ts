import type { Settings } from './files.js';
import type { SpecialTokens } from './special-tokens.js';

/**
 * Where special tokens go around a text and around a pair, as `tokenizer.json` says it.
 * @param single such as `cls A sep`: roles of tokens, A for the text
 * @param pair such as `cls A sep B:1 sep:1`: B for the second text; what is behind a colon is the type
 */
export function template(single: string, pair: string, special: SpecialTokens, idOf: (token: string) => number): Settings {
  const tokens = new Map<string, Settings>();
  const place = (word: string): Settings => {
    const [name = '', type = '0'] = word.split(':');
    if (name === 'A' || name === 'B') return { Sequence: { id: name, type_id: Number(type) } };
    const token = special[name as keyof SpecialTokens] as string;
    tokens.set(token, { id: token, ids: [idOf(token)], tokens: [token] });
    return { SpecialToken: { id: token, type_id: Number(type) } };
  };
  const places = (words: string): Settings[] => words.split(' ').map(place);
  const [one, two] = [places(single), places(pair)];
  return { type: 'TemplateProcessing', single: one, pair: two, special_tokens: Object.fromEntries(tokens) };
}
