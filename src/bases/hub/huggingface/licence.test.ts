import { expect, it } from 'vitest';
import { licenceOfCard, licenceOfReadme } from './licence.js';

it.each([
  [{ license: 'apache-2.0' }, 'Apache-2.0'],
  [{ license: ['mit'] }, 'MIT'],
  [{ license: ['mit', 'cc-by-nc-4.0'] }, 'MIT AND CC-BY-NC-4.0'],
  [{ license: 'odc-by' }, 'ODC-By-1.0'],
  [{ license: 'llama3.1' }, 'llama3.1'],
  [{ license: 'other', license_name: 'research-only' }, 'research-only'],
  [{ license: 'other' }, 'other'],
  [{ license: 'unknown' }, undefined],
  [{ license: null }, undefined],
  [{}, undefined],
])('reads the licence of a card: %j', (card, licence) => {
  expect(licenceOfCard(card)).toBe(licence);
});

it.each([
  ['---\ntags:\n- x\nlicense: mit\n---\n# Card', 'MIT'],
  ['\r\n---\r\nlicense: cc0-1.0\r\n---\r\n', 'CC0-1.0'],
  ['# Card\n---\nlicense: mit\n---', undefined],
  ['---\nlicense: [\n---\n', undefined],
  ['---\nlicense: 5\n---\n', undefined],
  ['', undefined],
])('reads the licence at the beginning of a README: %j', (text, licence) => {
  expect(licenceOfReadme(text)).toBe(licence);
});
