import { describe, expect, it } from 'vitest';
import { brownSides, universalTag } from '../../bench/language/brown.js';
import { examplePairs, hypernymPairs } from '../../bench/language/pairs.js';
import { dividePerClass, firstPerClass } from '../../bench/language/rows.js';
import { bodyOf } from '../../bench/language/spam.js';
import { textData, textSides } from '../../bench/language/text-data.js';

const SIZES = { train: 300, test: 400 };

describe.each([
  ['topics', 26],
  ['spam', 2],
])('%s', (name, classes) => {
  const rows = textData[name]?.() ?? [];

  it('has its classes', () => {
    expect(new Set(rows.map(({ label }) => label)).size).toBe(classes);
  });

  it('is divided by the seed, no text and no group on both sides, and tested on the same rows however many train', () => {
    const { train, test } = textSides(rows, SIZES, 1);
    expect([train.length, test.length]).toEqual([SIZES.train, SIZES.test]);
    expect(new Set([...train, ...test].map(({ text }) => text)).size).toBe(SIZES.train + SIZES.test);
    const groups = new Set(train.flatMap(({ group }) => group ?? []));
    expect(test.filter(({ group }) => group !== undefined && groups.has(group))).toEqual([]);
    const more = textSides(rows, { ...SIZES, train: 500 }, 1);
    expect(more.test).toEqual(test);
    expect(more.train.slice(0, SIZES.train)).toEqual(train);
    expect(textSides(rows, SIZES, 2).test).not.toEqual(test);
  });
});

it('rows are drawn by class: so many of each, one of a group, and no class that is too small', () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({
    text: `t${i}`,
    label: i < 5 ? 'few' : `c${i % 2}`,
    group: `g${Math.floor(i / 2)}-${i % 2}`,
  }));
  const twice = rows.flatMap((row) => [row, { ...row, text: `${row.text} again` }]);
  const { train, test } = dividePerClass(twice, { train: 8, test: 4 }, 1);
  const count = (label: string, of: readonly { readonly label: string }[]): number => of.filter((row) => row.label === label).length;
  expect(['c0', 'c1', 'few'].map((label) => [count(label, train), count(label, test)])).toEqual([
    [8, 4],
    [8, 4],
    [0, 0],
  ]);
  expect(new Set([...train, ...test].map(({ group }) => group)).size).toBe(24);
  expect(firstPerClass(train, 3)).toEqual([...train.slice(0, 3), ...train.slice(8, 11)]);
  expect(dividePerClass(twice, { train: 8, test: 4 }, 2).test).not.toEqual(test);
});

it('letters have no headers', () => {
  expect(bodyOf('From: a\nX-Spam: yes\n\nHello\n\nyou\n')).toBe('Hello\n\nyou');
  const texts = textData['spam']?.().map(({ text }) => text) ?? [];
  expect(texts.filter((text) => /^(Return-Path|Delivered-To):/.test(text))).toEqual([]);
});

it('the Brown corpus has twelve tags', () => {
  const { train, test } = brownSides(SIZES, 0);
  expect([train.length, test.length]).toEqual([SIZES.train, SIZES.test]);
  expect(new Set([...train, ...test].flat().map(({ tag }) => tag)).size).toBe(12);
  expect([...train, ...test].flat().filter(({ word }) => word === '')).toEqual([]);
});

it.each([
  ['np-tl', 'NOUN'],
  ['np$', 'NOUN'],
  ['ppss+bem', 'PRON'],
  ['pp$', 'DET'],
  ['pp$$', 'PRON'],
  ['fw-at-tl', 'X'],
  ['md*', 'VERB'],
  ['*', 'ADV'],
  ['.-hl', '.'],
  ['to', 'PRT'],
  ['wdt', 'DET'],
  ['nr', 'NOUN'],
  ['dod*', 'VERB'],
])('the tag %s is %s', (tag, universal) => {
  expect(universalTag(tag)).toBe(universal);
});

it('pairs of WordNet: a noun and the more general one, a definition and its example', () => {
  const dog = 'a member of the genus Canis (probably descended from the common wolf)';
  expect(hypernymPairs().filter(({ anchor }) => anchor.startsWith(dog)).length).toBe(2);
  const examples = examplePairs();
  expect(examples.length).toBeGreaterThan(8000);
  expect(examples.filter(({ anchor, positive }) => anchor === '' || positive === '' || `${anchor}${positive}`.includes('"'))).toEqual([]);
});
