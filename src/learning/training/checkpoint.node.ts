import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, fileFailure } from '../../core/index.js';
import { readSafetensorsFile, writeSafetensorsFile } from '../data/index.node.js';
import type { Snapshot } from './learner-spec.js';
import type { Progress } from './phase.js';

const NAME = /^step-(\d+)\.safetensors$/;

/** A stored snapshot and what else was noted with it. */
export interface Checkpoint extends Snapshot {
  readonly notes: Readonly<Record<string, string>>;
}

/**
 * Checkpoints of a run in one folder. Each is one `.safetensors` file that appears whole or not at all; where the run stands is in its
 * metadata.
 */
export class CheckpointFolder {
  readonly #path: string;
  readonly #keep: number;

  /** @param keep how many of the newest to keep */
  constructor(path: string, keep: number) {
    this.#path = path;
    this.#keep = keep;
  }

  /** @throws DATA_WRITE_FAILED, leaving earlier checkpoints as they were */
  async save({ progress, tensors }: Snapshot, notes: Readonly<Record<string, string>>): Promise<void> {
    await mkdir(this.#path, { recursive: true }).catch((cause: unknown) =>
      fail('DATA_WRITE_FAILED', { file: this.#path, reason: fileFailure(cause) }, cause),
    );
    const metadata = Object.entries({ ...notes, progress: JSON.stringify(progress) });
    await writeSafetensorsFile(join(this.#path, `step-${String(progress.total).padStart(6, '0')}.safetensors`), Object.entries(tensors), metadata);
    for (const name of (await this.#names()).slice(this.#keep)) await rm(join(this.#path, name), { force: true });
  }

  /** The newest checkpoint, `undefined` when there is none. @throws CHECKPOINT_BROKEN */
  async latest(): Promise<Checkpoint | undefined> {
    const [name] = await this.#names();
    if (name === undefined) return undefined;
    const path = join(this.#path, name);
    const { tensors, metadata } = await readSafetensorsFile(path).catch((cause: unknown) => fail('CHECKPOINT_BROKEN', { path }, cause));
    const progress = metadata.get('progress') ?? fail('CHECKPOINT_BROKEN', { path });
    return { progress: JSON.parse(progress) as Progress, tensors: Object.fromEntries(tensors), notes: Object.fromEntries(metadata) };
  }

  /** File names, newest first. */
  async #names(): Promise<string[]> {
    const names = await readdir(this.#path).catch(() => [] as string[]);
    const step = (name: string): number => Number(NAME.exec(name)?.[1]);
    return names.filter((name) => NAME.test(name)).sort((a, b) => step(b) - step(a));
  }
}
