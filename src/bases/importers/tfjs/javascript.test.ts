import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.js';
import { readExport } from './javascript.js';

const read = (source: string): unknown => readExport(source, 'model.js', 'memory:');

describe('readExport', () => {
  it.each([
    [
      'module.exports = { a: [1, -2.5, .5e1], "b-c": !0, d: void 0, e: null, f: `text` }',
      { a: [1, -2.5, 5], 'b-c': true, d: undefined, e: null, f: 'text' },
    ],
    ['export default {"x": [true, false]}', { x: [true, false] }],
    ['exports.default = "AAA="', 'AAA='],
    ['!function(){var c={}.exports={n:1,deep:{exports:2}}}()', { n: 1, deep: { exports: 2 } }],
    ['!function e(t,n){n[0]={exports:{}}}({1:[function(e,t,n){t.exports={w:[{s:[3,3]}]}},{}]},{},[1])', { w: [{ s: [3, 3] }] }],
    ['module.exports = { "__proto__": { polluted: 1 } }', { ['__proto__']: { polluted: 1 } }],
  ])('reads %s', (source, expected) => {
    expect(read(source)).toEqual(expected);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it.each([
    ['module.exports = { a: require("fs") }', 'CallExpression'],
    ['module.exports = [1, process.exit(1)]', 'CallExpression'],
    ['module.exports = { get a() { return 1 } }', 'Property'],
    ['module.exports = { ...other }', 'SpreadElement'],
    ['module.exports = { a: 1 + 1 }', 'BinaryExpression'],
    [`module.exports = [\`\${1}\`]`, 'TemplateLiteral'],
    ['module.exports = { [x]: 1 }', 'Property'],
    ['module.exports = { a: window }', 'Identifier'],
  ])('refuses %s', (source, construct) => {
    expect(() => read(source)).toThrow(expect.objectContaining({ code: 'IMPORT_CODE', values: expect.objectContaining({ construct }) }));
  });

  it('refuses what is no module', () => {
    expect(() => read('module.exports = {')).toThrow(expect.objectContaining({ code: 'IMPORT_FILE_INVALID' }));
    expect(() => read('const a = 1')).toThrow(expect.objectContaining({ code: 'IMPORT_FILE_INVALID' }));
  });
});

describe('decodeBase64', () => {
  it('agrees with the platform for every length', () => {
    for (let length = 0; length < 20; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 97 + length) & 255);
      expect(decodeBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
    }
  });

  it('refuses other text', () => {
    expect(decodeBase64('AA?A')).toBeUndefined();
    expect(decodeBase64('AAAAé===')).toBeUndefined();
    expect(decodeBase64('AAAAA')).toBeUndefined();
  });
});
