import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmojiRow, prepareEmoji } from '../../src/app/workflow/demo/emoji/dataset.node.js';
import { glyphGroup } from '../../src/app/workflow/demo/emoji/glyph-group.js';
import { installPackages } from './packages.js';

describe('glyphGroup', () => {
  it.each([
    ['a person, a man and a woman', ['1F9D1-200D-1F692', '1F468-200D-1F692', '1F469-200D-1F692']],
    ['the gender signs', ['1F46E', '1F46E-200D-2640-FE0F', '1F46E-200D-2642-FE0F']],
    ['directions and skin tones', ['1F6B6', '1F6B6-200D-27A1-FE0F', '1F6B6-200D-2640-FE0F-200D-27A1-FE0F', '1F6B6-1F3FD']],
    ['families', ['1F46A', '1F468-200D-1F469-200D-1F467-200D-1F466', '1F469-200D-1F466', '1F9D1-200D-1F9D1-200D-1F9D2']],
    ['couples', ['1F491', '1F469-200D-2764-FE0F-200D-1F468']],
    ['Santa', ['1F385', '1F936', '1F9D1-200D-1F384']],
    ['clocks', ['1F550', '1F55F', '1F567']],
  ])('puts %s together', (_, glyphs) => {
    expect(new Set(glyphs.map(glyphGroup)).size).toBe(1);
  });

  it('keeps different things apart', () => {
    const glyphs = [
      '1F436',
      '1F431',
      '1F9D1',
      '1F9D2',
      '1F9D1-200D-1F692',
      '1F9D1-200D-1F680',
      '1F1E9-1F1EA',
      '2640-FE0F',
      '2642-FE0F',
      '27A1-FE0F',
      '1F573',
      '1F3FB',
    ];
    expect(new Set(glyphs.map(glyphGroup)).size).toBe(glyphs.length);
  });
});

describe('prepareEmoji', () => {
  let out: string;
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'regraft-emoji-'));
  });
  afterEach(() => rmSync(out, { recursive: true }));

  it('writes a manifest a vendor, without skin tones', async () => {
    const baseDir = installPackages(out);
    const manifests = await prepareEmoji({ out: join(out, 'data'), baseDir, offline: true });
    expect(manifests.map(({ vendor, counts }) => [vendor, counts])).toEqual([
      ['fluent', { images: 4, groups: 3, labels: { 'People & Body': 2, Symbols: 1, 'Animals & Nature': 1 } }],
      ['twitter', { images: 3, groups: 2, labels: { 'People & Body': 2, Symbols: 1 } }],
    ]);
    const lines = readFileSync(manifests[0]?.manifest ?? '', 'utf8')
      .trim()
      .split('\n');
    const rows = lines.map((line) => JSON.parse(line) as EmojiRow);
    expect(rows.map(({ group }) => group)).toEqual(['0023-20e3', '1f436', '1f46e', '1f46e']);
    expect(rows[1]).toMatchObject({
      id: expect.stringMatching(/^fluent\/1f436\.webp$/),
      label: 'Animals & Nature',
      vendor: 'fluent',
      image: expect.stringMatching(/1f436\.webp$/),
    });
    expect(readFileSync(rows[1]?.image ?? '', 'utf8')).toBe('1f436.webp');
  });
});
