import type { WorkflowContext } from './context.js';
import type { Baseline } from './evaluation.js';
import { measurePixelBaseline } from './pixel-baseline.node.js';
import type { Session } from './session.node.js';
import { measureTextBaseline } from './text-baseline.node.js';

/** One row a method without the base; each gives nothing for tasks it is not made for. */
const methods = [measureTextBaseline, measurePixelBaseline];

/** What can be had without the base, on the data of a session. */
export async function measureBaselines(session: Session, context: WorkflowContext): Promise<Baseline[]> {
  const found: Baseline[] = [];
  for (const method of methods) {
    const baseline = await method(session, context);
    if (baseline !== undefined) found.push(baseline);
  }
  return found;
}
