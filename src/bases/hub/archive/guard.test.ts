import { expect, it } from 'vitest';
import { ArchiveGuard } from './guard.js';

const LIMITS = { files: 2, bytes: 10 };

it.each([
  ['../out', 'leave its folder'],
  ['a/..\\..\\out', 'leave its folder'],
  ['C:out', 'leave its folder'],
  ['a\0b', 'zero byte'],
])('refuses %j, and everything after it', (path, reason) => {
  const guard = new ArchiveGuard(LIMITS);
  expect(guard.admit({ path, kind: 'file', bytes: 1 })).toBe(false);
  expect(guard.admit({ path: 'fine', kind: 'file', bytes: 1 })).toBe(false);
  expect(() => guard.check('a.tgz')).toThrow(expect.objectContaining({ code: 'HUB_ARCHIVE_UNSAFE', message: expect.stringContaining(reason) }));
});

it('leaves links out and goes on', () => {
  const guard = new ArchiveGuard(LIMITS);
  expect(guard.admit({ path: 'link', kind: 'other', bytes: 0 })).toBe(false);
  expect(guard.admit({ path: 'file', kind: 'file', bytes: 10 })).toBe(true);
  guard.check('a.tgz');
});
