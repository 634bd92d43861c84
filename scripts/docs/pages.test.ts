import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generatedPages } from './pages.js';

it.each(Object.entries(generatedPages()))('%s is up to date (`npm run docs` writes it)', (file, text) => {
  expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).toBe(text);
});
