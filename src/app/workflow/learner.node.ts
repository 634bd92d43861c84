import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../core/index.js';
import type { Dataset } from '../../learning/data/index.js';
import type { Callback, Learner } from '../../learning/training/index.node.js';
import type { BundleInfo } from '../../reuse/bundle/index.node.js';
import { resolveSpec, type SpecInput } from '../spec/index.js';
import type { Base } from './base.node.js';
import { namesOf } from './data.node.js';
import { exportSession } from './export-session.node.js';
import { recordOfSession } from './record.node.js';
import { type Session, sessionOf } from './session.node.js';

/** What a learner is made of; everything left out has the default of a spec file. */
export type LearnerOptions = Omit<SpecInput, 'base' | 'data'> & {
  readonly base: Base;
  readonly data: Dataset;
  readonly validation?: Dataset;
  /** Called at the moments of the training loop. */
  readonly callbacks?: readonly Callback[];
};

const sessions = new WeakMap<Learner, Session>();

/** A learner for a base and a data set: adapted head, preprocessing of the base, weights on the device. Close it when done. */
export async function createLearner({ base, data, validation, callbacks = [], ...rest }: LearnerOptions): Promise<Learner> {
  const spec = resolveSpec(
    { ...rest, base: base.uri, data: { train: data.name, ...(validation && { validation: validation.name }) } },
    { specDir: process.cwd() },
  );
  const names = namesOf(data, spec.task);
  // Made when frozen features do not fit into memory.
  const scratch = join(tmpdir(), `regraft-${randomUUID()}`);
  const session = await sessionOf(spec, base, { train: data, validation, test: undefined, names, close: async () => {} }, scratch, { callbacks });
  sessions.set(session.learner, session);
  return session.learner;
}

/** Writes a learner's model, with everything needed to predict, as a bundle folder. */
export async function saveBundle(learner: Learner, path: string): Promise<BundleInfo> {
  const session = sessions.get(learner) ?? fail('BUNDLE_WRITE_FAILED', { path, reason: 'the learner was not made by createLearner' });
  await session.restoreBase();
  return exportSession(session, path, await recordOfSession(session), {});
}
