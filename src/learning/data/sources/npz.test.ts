import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { float32 } from '../../../core/index.js';
import { openDataset } from '../open.node.js';

// Written by NumPy 1.24: x = arange(6, dtype=float32).reshape(3, 2), labels = [0, 1, 0].
const SAVEZ =
  'UEsDBBQAAAAAAAAAIQDMypy9mAAAAJgAAAAFABQAeC5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgzLCAyKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAUEsDBBQAAAAAAAAAIQCKRzeomAAAAJgAAAAKABQAbGFiZWxzLm5weQEAEACYAAAAAAAAAJgAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAABQSwECFAMUAAAAAAAAACEAzMqcvZgAAACYAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwECFAMUAAAAAAAAACEAikc3qJgAAACYAAAACgAAAAAAAAAAAAAAgAHPAAAAbGFiZWxzLm5weVBLBQYAAAAAAgACAGsAAACjAQAAAAA=';
const SAVEZ_COMPRESSED =
  'UEsDBBQAAAAIAAAAIQDMypy9VQAAAJgAAAAFABQAeC5ucHkBABAAmAAAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6CkaaOgq1CmQDLgYwaLAHEg5ABMQNQLzAAQBQSwMEFAAAAAgAAAAhAIpHN6hKAAAAmAAAAAoAFABsYWJlbHMubnB5AQAQAJgAAAAAAAAASgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFAAuBihgZEAFAFBLAQIUAxQAAAAIAAAAIQDMypy9VQAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLAQIUAxQAAAAIAAAAIQCKRzeoSgAAAJgAAAAKAAAAAAAAAAAAAACAAYwAAABsYWJlbHMubnB5UEsFBgAAAAACAAIAawAAABIBAAAAAA==';
const BIG_ENDIAN =
  'UEsDBBQAAAAIAAAAIQAd9XV9WAAAAJgAAAAFABQAeC5ucHkBABAAmAAAAAAAAABYAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6XZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6CkaaOgq1CmQDLgYgsG9gYHAA0g5AwgHEXsDAAABQSwECFAMUAAAACAAAACEAHfV1fVgAAACYAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwUGAAAAAAEAAQAzAAAAjwAAAAAA';
const FORTRAN =
  'UEsDBBQAAAAIAAAAIQDOvY2gVAAAAJgAAAAFABQAeC5ucHkBABAAmAAAAAAAAABUAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEg8pKk0FChdnJBakArkaxjoKRpo6CrUK5AMuBghwYGBoAGF7IBNIL3AAAFBLAQIUAxQAAAAIAAAAIQDOvY2gVAAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLBQYAAAAAAQABADMAAACLAAAAAAA=';
const OBJECTS =
  'UEsDBBQAAAAIAAAAIQBWmdO0zwAAAB8BAAAFABQAeC5ucHkBABAAHwEAAAAAAADPAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF7jr66joJ6WX1RSlJgXn1+UkgoSdkvMKU4FihdnJBakAvkaRjqaOgq1CpQArgbm5LzS3IJKveT8olS93NKckszEoqLESq74otTk/LzikqLS5BKuQgaIKq68FIhsIaM3Q2shkzNjUiFzeyFLUCGrhjejN1NrIRtUYUpJZUEqVyF7BBMDA4O/RSFHZ0d7IWdQIZeGN3MEI1CsppDbz8/P6z8QgAlv+5JCnqTO2EJejdpCPm/G1JJC/iQ9AFBLAQIUAxQAAAAIAAAAIQBWmdO0zwAAAB8BAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLBQYAAAAAAQABADMAAAAGAQAAAAA=';

describe('npz', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'regraft-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  async function open(bytes: Uint8Array) {
    await writeFile(join(root, 'data.npz'), bytes);
    return openDataset('data.npz', { root });
  }

  test.each([
    ['savez', SAVEZ],
    ['savez_compressed', SAVEZ_COMPRESSED],
  ])('reads what numpy.%s writes', async (_, file) => {
    const data = await open(Buffer.from(file, 'base64'));
    expect(data.target).toEqual({ kind: 'classes', names: ['0', '1'] });
    expect(data.sample(1).label).toBe(1);
    expect(await data.load(2)).toEqual({ kind: 'tensors', tensors: { x: float32([2], [4, 5]) } });
    await data.close();
  });

  test.each([
    [BIG_ENDIAN, 'its element type >f4 is not a little-endian number'],
    [FORTRAN, 'it is in Fortran order'],
    [OBJECTS, 'its element type |O is not a little-endian number'],
  ])('refuses %#', async (file, message) => {
    await expect(open(Buffer.from(file, 'base64'))).rejects.toThrow(message);
  });

  test('refuses any cut-off file', async () => {
    const whole = Buffer.from(SAVEZ_COMPRESSED, 'base64');
    for (let length = 0; length < whole.length; length += 29) {
      await expect(open(whole.subarray(0, length))).rejects.toMatchObject({ code: 'DATA_FORMAT_BROKEN', values: { file: 'data.npz' } });
    }
  });

  test('damage gives an error of our own or other data, never a crash', async () => {
    const whole = Buffer.from(SAVEZ, 'base64');
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      const problem: unknown = await open(damaged).then(
        (data) => data.close(),
        (error: unknown) => error,
      );
      if (problem !== undefined) expect(problem).toMatchObject({ code: expect.stringMatching(/^DATA_|^TENSOR_/) as string });
    }
  });
});
