import { describe, expect, it } from 'vitest';
import { brownSides, universalTag } from '../../bench/language/brown.js';
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
