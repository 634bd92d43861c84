import { judge, type ResultTable, type Verdict } from '../../report/index.js';
import type { Difference } from './difference.js';
import type { DemoSummary } from './summary.js';

/** What the numbers say: against the baselines, on the other vendor's drawings, and whether fine-tuning was worth its time. */
export function demoVerdict({ gain }: Pick<DemoSummary, 'gain'>, [own, shifted]: readonly ResultTable[]): Verdict {
  if (own === undefined || shifted === undefined) return { tone: 'mixed', headline: 'Nothing was measured.', points: [] };
  const verdict = judge(own);
  return {
    ...verdict,
    points: [
      ...verdict.points,
      `On another vendor’s drawings: ${judge(shifted).headline}`,
      `Fine-tuning beside the probe it starts from: ${worth(gain.own)} On the other vendor’s drawings: ${worth(gain.shifted)}`,
    ],
  };
}

/** `+1.2 points (−0.4 to +2.8): cannot be told from nothing.` */
function worth({ value, interval: [low, high] }: Difference): string {
  const meaning = low > 0 ? 'it helped.' : high < 0 ? 'it did not help, it hurt.' : 'it cannot be told from no difference.';
  return `${points(value)} points (95% ${points(low)} to ${points(high)}): ${meaning}`;
}

function points(share: number): string {
  const text = Math.abs(100 * share).toFixed(1);
  return text === '0.0' ? text : `${share < 0 ? '−' : '+'}${text}`;
}
