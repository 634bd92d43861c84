import { join } from 'node:path';
import { writeFileAtomically } from '../../../learning/data/index.node.js';
import type { ResultTable, Verdict } from '../../report/index.js';
import type { DemoData } from './data.node.js';
import { type FirstSeed, reportOf } from './report.node.js';
import type { DemoSummary } from './summary.js';

/**
 * Writes `summary.json` and `report.html`.
 * @returns path of the report
 * @throws DATA_WRITE_FAILED
 */
export async function writeDemo(
  out: string,
  summary: DemoSummary,
  tables: readonly ResultTable[],
  verdict: Verdict,
  data: DemoData,
  first: FirstSeed,
): Promise<string> {
  // Charts take most of a second to load, which only a report is worth.
  const { renderReport } = await import('../../report/index.node.js');
  const write = (name: string, text: string): Promise<void> => writeFileAtomically(join(out, name), [new TextEncoder().encode(text)]);
  await write('summary.json', `${JSON.stringify(summary, undefined, 2)}\n`);
  await write('report.html', renderReport(await reportOf(summary, tables, verdict, data, first)));
  return join(out, 'report.html');
}
