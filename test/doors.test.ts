import { expect, it } from 'vitest';
import * as browser from '../src/browser.js';
import * as node from '../src/index.js';

const namesOf = (door: object, other: object): string[] => Object.keys(door).filter((name) => !(name in other));

it('what a browser can do has the same name in Node, but for where files come from', () => {
  expect(namesOf(browser, node).sort()).toEqual(['blobFiles', 'browserDecoder', 'importFolder', 'memoryFolder']);
});
