import { describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../src/index.js';
import { StopTexts } from '../../src/reuse/generation/stop-texts.js';
import { TextStream } from '../../src/reuse/generation/text-stream.js';
import { tokenizerFiles } from '../text/golden.js';

describe('a stream of text', () => {
  it.each([
    ['byte-level', 'The dog', ' says größe 😀 and 東京 — fine.'],
    ['gpt2', 'The dog', ' says größe 😀 and 東京 — fine.'],
    ['unigram', 'The dog', ' says that the house is fine.'],
  ])('of %s never holds half a character, and is the whole text in the end', async (name, prompt, text) => {
    const tokenizer = await loadTokenizer(tokenizerFiles(name));
    const plain = { addSpecialTokens: false };
    const [start, all] = [await tokenizer.encode(prompt, plain), await tokenizer.encode(prompt + text, plain)];
    const rest = all.ids.slice(start.ids.length);
    expect(all.ids.slice(0, start.ids.length)).toEqual(start.ids);
    const stream = new TextStream(tokenizer, start.ids);
    const pieces: string[] = [];
    for (const id of rest) pieces.push(await stream.push(id));
    pieces.push(await stream.end());
    const whole = await tokenizer.decode(all.ids);
    expect((await tokenizer.decode(start.ids)) + pieces.join('')).toBe(whole);
    expect(pieces.filter((piece) => piece.includes('\ufffd') || /[\ud800-\udbff]$/.test(piece))).toEqual([]);
    // Most pieces come at once.
    expect(pieces.filter((piece) => piece !== '').length).toBeGreaterThan(3);
  });

  it('gives what no character came of in the end', async () => {
    const tokenizer = await loadTokenizer(tokenizerFiles('byte-level'));
    const { ids } = await tokenizer.encode('😀', { addSpecialTokens: false });
    const stream = new TextStream(tokenizer, []);
    expect(await stream.push(ids[0] as number)).toBe('');
    expect(await stream.end()).toContain('\ufffd');
  });
});

describe('texts to stop at', () => {
  it('are found across pieces, and nothing of them is given away', () => {
    const stops = new StopTexts(['END', '\n\n']);
    expect(['one E', 'ND two'].map((piece) => stops.push(piece))).toEqual(['one ', '']);
    expect(stops.stopped).toBe(true);
    expect(stops.end()).toBe('');
  });

  it('give back what only began like one', () => {
    const stops = new StopTexts(['END', 'NOT']);
    expect(['an E', 'N', 'OUGH ', 'E'].map((piece) => stops.push(piece))).toEqual(['an ', '', 'ENOUGH ', '']);
    expect([stops.stopped, stops.end()]).toEqual([false, 'E']);
  });

  it('take the first of several', () => {
    const stops = new StopTexts(['later', 'sooner']);
    expect(stops.push('a sooner or later')).toBe('a ');
  });
});
