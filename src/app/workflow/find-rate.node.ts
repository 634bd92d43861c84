import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, fileFailure } from '../../core/index.js';
import { writeFileAtomically } from '../../learning/data/index.node.js';
import type { FoundRates } from '../../learning/training/index.node.js';
import { type RunSpec, resolveSpec, type SpecInput } from '../spec/index.js';
import type { WorkflowContext } from './context.js';
import { sweepSession } from './learning-rate.node.js';
import { openSession } from './session.node.js';

export interface FindRateRequest {
  /** A spec as a file would hold it, or a resolved one; relative paths in it start from the working directory. */
  readonly spec: SpecInput | RunSpec;
  /** The HTML file that the plot is written to. */
  readonly out: string;
}

export type FindRateResult = FoundRates & { readonly out: string };

/**
 * Sweeps the learning rate of what a spec describes, and draws the losses.
 * @throws RUN_WRITE_FAILED, LR_FINDER_SHORT, LR_FINDER_PROBE and whatever base and data throw
 */
export async function findRate({ spec, out }: FindRateRequest, context: WorkflowContext = {}): Promise<FindRateResult> {
  const scratch = join(tmpdir(), `regraft-${randomUUID()}`);
  const session = await openSession(resolveSpec(spec, { specDir: process.cwd() }), scratch, context);
  try {
    for (const text of session.notes) context.events?.emit('note', { text });
    const found = await sweepSession(session, context);
    const { renderRates } = await import('../report/index.node.js');
    const page = new TextEncoder().encode(renderRates(found, new Date().toISOString()));
    await writeFileAtomically(out, [page]).catch((cause: unknown) => fail('RUN_WRITE_FAILED', { file: out, reason: fileFailure(cause) }, cause));
    return { ...found, out };
  } finally {
    await session.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
