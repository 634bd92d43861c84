import { describe, expect, it } from 'vitest';
import { DATA_ROOT, hasData, listCases } from './cases.js';
import { studyCase } from './study.js';

const GROUPS = ['node', 'simple', 'pytorch-converted', 'pytorch-operator'] as const;

if (!hasData())
  console.warn(`SKIPPED: the ONNX conformance cases; there is no ${DATA_ROOT} (Debian: libonnx-testdata, or set REGRAFT_ONNX_TESTDATA).`);

describe.skipIf(!hasData())('ONNX backend test cases', () => {
  it.each(GROUPS)('%s: written again, and normalized, they give what the original gives', { timeout: 300_000 }, async (group) => {
    const cases = listCases().filter((item) => item.group === group);
    const failures: string[] = [];
    let passed = 0;
    for (const item of cases) {
      const outcome = await studyCase(item);
      const stages = [outcome.readWrite, outcome.roundTrip, outcome.normalized].filter((stage) => stage !== undefined);
      if (outcome.stock === 'passes') passed++;
      if (stages.some((stage) => stage !== 'passes')) failures.push(`${outcome.name}: ${stages.join('; ')}`);
    }
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThan(0.5 * cases.length);
  });
});
