import { describe, expect, it } from 'vitest';
import { loadTokenizer as loadInBrowser } from '../../src/browser.js';
import { goldens, tokenizerFiles } from './golden.js';

describe.each(Object.entries(goldens))('%s in a browser', (name, golden) => {
  it.each(['texts', 'cut'] as const)('gives the same ids, types and special tokens: %s', async (part) => {
    const tokenizer = await loadInBrowser(tokenizerFiles(name));
    const options = part === 'cut' ? { maxLength: 12 } : {};
    const differing = [];
    for (const { input, ids, typeIds, special } of golden[part]) {
      const found = await tokenizer.encode(input, options);
      const same = JSON.stringify([found.ids, found.typeIds, found.sequenceIds.map((id) => Number(id === null))]);
      if (same !== JSON.stringify([ids, typeIds, special])) differing.push({ input, ids: found.ids.join(), expected: ids.join() });
      expect(found.offsets).toBeUndefined();
    }
    expect(differing).toEqual([]);
  });
});
