/**
 * Measures how many short texts a second are tokenised on one core, and writes docs/results/tokenizers.json: `npm run bench:tokenizer`.
 *
 * REGRAFT_FIXTURES names the folder that has published tokenizers under tokenizers/. Seconds are those of the processor, all threads together; what
 * is compared takes turns; medians of {@link ROUNDS}.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Tokenizer as InJavaScript } from '@huggingface/tokenizers';
import { Tokenizer as InRust } from 'tokenizers';
import { loadTokenizer as loadInBrowser } from '../src/browser.js';
import { loadTokenizer } from '../src/index.js';
import { describeTokenizer } from '../src/learning/data/text/description.js';
import { summarize } from './statistics.js';

const ROUNDS = 7;
const TEXTS = Array.from({ length: 4096 }, (_, i) => `The film was ${i} times better than I expected, with fine acting and a good end.`);
const ROOT = join(process.env['REGRAFT_FIXTURES'] ?? '', 'tokenizers');
const TOKENIZERS = { WordPiece: 'bert-base-uncased', BPE: 'gpt2', Unigram: 't5-small' };
// The library in Rust reads this with every batch.
process.env['TOKENIZERS_PARALLELISM'] = 'false';

function filesIn(folder: string): ReadonlyMap<string, Uint8Array> {
  return new Map(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
}

async function textsPerSecond(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (TEXTS.length * 1e6) / (user + system);
}

/** What is compared; `library` is the loop of the library alone, with nothing read of what it returns. */
async function loopsOf(files: ReadonlyMap<string, Uint8Array>): Promise<Readonly<Record<string, () => unknown>>> {
  const { json } = describeTokenizer(files);
  const [rust, javaScript] = [InRust.fromString(JSON.stringify(json)), new InJavaScript(json, {})];
  const [node, browser] = [await loadTokenizer(files), await loadInBrowser(files)];
  return {
    encodeBatch: () => node.encodeBatch(TEXTS),
    encodeIds: () => node.encodeIds(TEXTS),
    library: () => rust.encodeBatch(TEXTS, { addSpecialTokens: false }),
    'encodeIds in a browser': () => browser.encodeIds(TEXTS),
    'library in a browser': () => TEXTS.map((text) => javaScript.encode(text, { add_special_tokens: false })),
  };
}

const rows = [];
for (const [name, folder] of Object.entries(TOKENIZERS)) {
  const files = filesIn(join(ROOT, folder));
  const loops = Object.entries(await loopsOf(files));
  const rates = new Map(loops.map(([loop]) => [loop, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) for (const [loop, work] of loops) rates.get(loop)?.push(await textsPerSecond(work));
  const tokens = (await (await loadTokenizer(files)).encode(TEXTS[1234] as string)).ids.length;
  const perSecond = Object.fromEntries([...rates].map(([loop, values]) => [loop, Math.round(summarize(values).median)]));
  rows.push({ name, tokenizer: folder, tokens, textsPerSecond: perSecond });
  console.log(rows.at(-1));
}
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
const result = { machine, node: process.version, rounds: ROUNDS, texts: TEXTS.length, rows };
writeFileSync(new URL('../docs/results/tokenizers.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);
