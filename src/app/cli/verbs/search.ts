import { fail } from '../../../core/index.js';
import type { SearchResult } from '../../workflow/index.node.js';
import { defineVerb, type VerbInput } from '../verb.js';
import { searchText } from './search-text.js';

/** `regraft search WORDS` */
export const search = defineVerb<SearchResult>({
  syntax: 'search [words...]',
  summary: 'Find pretrained models in the catalogue, on npm, Kaggle Models and Hugging Face.',
  example: 'regraft search efficientnet --task image-classification --license apache-2.0 --max-params 10M',
  options: [
    { flags: '--task <task>', description: 'what it does: image-classification, pose, audio, …' },
    { flags: '--licence, --license <licence>', description: 'an SPDX identifier such as apache-2.0, or a family such as cc-by' },
    { flags: '--max-params <n>', description: 'most parameters: 500k, 5M, 1.5B' },
    { flags: '--source <source>', description: 'only models of keras, torch (torchvision), npm, tfhub (Kaggle Models) or hf (Hugging Face)' },
    { flags: '--limit <n>', description: 'most models to show; default: 20' },
    { flags: '--offline', description: 'ask no hub, search only the catalogue that comes with Regraft' },
  ],
  run: async (input, context) => {
    const request = { query: input.rest(0).join(' '), ...filters(input) };
    const { search: find } = await import('../../workflow/index.node.js');
    return find(request, context);
  },
  format: searchText,
});

function filters(input: VerbInput): object {
  const given = {
    task: input.option('task'),
    licence: input.option('license'),
    source: input.option('source'),
    limit: input.count('limit'),
    maxParams: quantity(input, 'max-params', 'maxParams'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const SUFFIXES: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, b: 1e9, t: 1e12 };

/** `5M` as 5,000,000. @throws CLI_USAGE */
function quantity(input: VerbInput, flag: string, name: string): number | undefined {
  const text = input.option(name);
  if (text === undefined) return undefined;
  const [, digits = '', suffix = ''] = /^(\d+(?:\.\d+)?)\s*([kmgbt]?)$/i.exec(text.trim()) ?? [];
  const value = Number(digits) * (SUFFIXES[suffix.toLowerCase()] ?? 1);
  if (digits === '' || value < 1) fail('CLI_USAGE', { reason: `--${flag} takes a quantity such as 500k, 5M or 1.5B, not "${text}"` });
  return value;
}
