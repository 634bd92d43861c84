import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadTokenizer as loadInBrowser } from '../../../src/browser.js';
import { loadTokenizer } from '../../../src/index.js';
import { modelFiles } from '../../../test/text/models.js';
import { filesIn, type Sample } from './sample.js';

const TEXT = fileURLToPath(new URL('../../../test/text/', import.meta.url));

/** A folder of each kind of vocabulary. */
export function tokenizerSamples(): readonly Sample[] {
  return [...foldersIn(TEXT), ...foldersIn(`${TEXT}spm/`).map(({ name }) => ({ name, files: Object.fromEntries(modelFiles(name)) }))];
}

function foldersIn(path: string): readonly Sample[] {
  const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'spm');
  return folders.map(({ name }): Sample => ({ name, files: filesIn(path + name, /./) }));
}

const INPUTS = ['', ' ', 'The quick 😀 dog', 'Cafe\u0301 ﬁ 日本語 \0 <s> [MASK]', ['a pair', 'of texts']] as const;

/** Opens a tokenizer and does all with it that there is. */
export async function useTokenizer({ files }: Sample): Promise<void> {
  await use(await loadTokenizer(new Map(Object.entries(files))));
}

export async function useTokenizerInBrowser({ files }: Sample): Promise<void> {
  await use(await loadInBrowser(new Map(Object.entries(files))));
}

async function use(tokenizer: Awaited<ReturnType<typeof loadTokenizer>>): Promise<void> {
  for (const { ids } of await tokenizer.encodeBatch([...INPUTS])) await tokenizer.decode(ids);
  await tokenizer.encodeIds([...INPUTS], { addSpecialTokens: false, maxLength: 4 });
}
