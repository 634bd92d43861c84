import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDataset } from '../../learning/data/index.node.js';
import { taskOfData } from './init-task.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regraft-init-task-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['text-classification', 'csv', 'text,label\n,x\na,y\n'],
  ['text-classification', 'csv', 'text,labels\na,x|y\n'],
  ['text-pair', 'csv', 'premise,hypothesis,label\na,b,x\n'],
  ['text-pair', 'csv', 'sentence1,sentence2,score\na,b,0.5\n'],
  ['token-classification', 'conll', 'a B-X\nb O\n'],
  ['token-classification', 'jsonl', '{"text":"a","entities":[[0,1,"X"]]}'],
  ['question-answering', 'json', '{"data":[{"paragraphs":[{"context":"a","qas":[{"question":"b","answers":[{"text":"a","answer_start":0}]}]}]}]}'],
  ['sentence-embedding', 'csv', 'anchor,positive,negative\na,b,c\n'],
  ['causal-language-modelling', 'jsonl', '{"prompt":"a","completion":"b"}'],
  ['masked-language-modelling', 'txt', 'a\nb\n'],
  ['image-classification', 'csv', 'image,label\na.png,x\n'],
  ['image-classification', 'csv', 'file,labels\na.png,x|y\nb.png,\n'],
  ['image-classification', 'jsonl', '{"image":"a.png","label":["x","y"]}'],
  ['image-classification', 'csv', 'image,target\na.png,0\nb.png,1\n'],
  ['image-regression', 'csv', 'image,target\na.png,0.5\nb.png,1\n'],
  ['image-regression', 'csv', 'image,score\na.png,3\n'],
  [undefined, 'csv', 'text,score\na,0.5\n'],
])('%s is what %s data is for (%#)', async (task, extension, content) => {
  const path = join(folder, `data.${extension}`);
  writeFileSync(path, content);
  const data = await openDataset(path);
  expect(await taskOfData(data)).toBe(task);
  await data.close();
});
