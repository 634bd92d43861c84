/** What words alone reach on the data sets of texts: `npx tsx bench/language/baseline.ts topics --train 1000 --seed 0`. */
import { parseArgs } from 'node:util';
import { fitTextBaseline } from '../../src/trust/evaluation/index.js';
import { textData, textSides } from './text-data.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    train: { type: 'string', default: '1000' },
    test: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '0' },
  },
});
const read = textData[positionals[0] ?? ''];
if (read === undefined) throw new Error(`Name one of ${Object.keys(textData).join(', ')}.`);
const { train, test } = textSides(read(), { train: Number(values.train), test: Number(values.test) }, Number(values.seed));
const classes = [...new Set([...train, ...test].map(({ label }) => label))].sort();
const baseline = await fitTextBaseline(
  train.map(({ text }) => text),
  train.map(({ label }) => classes.indexOf(label)),
  classes.length,
);
const right = test.filter(({ text, label }) => {
  const shares = baseline.classify(text);
  return classes[shares.indexOf(Math.max(...shares))] === label;
});
console.log(JSON.stringify({ data: positionals[0], train: train.length, test: test.length, c: baseline.c, accuracy: right.length / test.length }));
