// What somebody else's program does with a bundle for text: onnxruntime, tokenizers, and the bundle's files. Prints the first output of each text.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Tokenizer } from 'tokenizers';

const [folder, texts] = process.argv.slice(2);
const info = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'));
const tokenizer = Tokenizer.fromFile(join(folder, 'tokenizer.json'));
const session = await InferenceSession.create(join(folder, 'model.onnx'));
const outputs = [];
for (const [text, pair] of JSON.parse(texts)) {
  const encoding = await tokenizer.encode(text, pair);
  const values = { input_ids: encoding.getIds(), attention_mask: encoding.getAttentionMask(), token_type_ids: encoding.getTypeIds() };
  const feeds = info.inputs.map(({ name }) => [name, new Tensor('int64', BigInt64Array.from(values[name], BigInt), [1, values[name].length])]);
  const results = await session.run(Object.fromEntries(feeds));
  outputs.push(Array.from(results[info.outputs[0].name].data));
}
console.log(JSON.stringify(outputs));
