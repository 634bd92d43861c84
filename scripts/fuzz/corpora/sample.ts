import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from '../damage/index.js';

/** A model that is read without complaint until it is damaged. */
export interface Sample {
  readonly name: string;
  readonly files: Files;
  /** The file to name where the folder holds several models. */
  readonly entry?: string;
  readonly signature?: string;
  /** The configuration of bare weights. */
  readonly architecture?: string;
}

/** Larger files take long to read, and most of their bytes are weights. */
const MOST_BYTES = 400_000;

/** The folders of real models of a kind, where the machine has them: `REGRAFT_FIXTURES`. */
export function realFolders(kind: string): readonly string[] {
  const root = join(process.env['REGRAFT_FIXTURES'] ?? '', kind);
  if (!process.env['REGRAFT_FIXTURES'] || !existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [join(entry.parentPath, entry.name)] : []))
    .sort();
}

/** The files of a folder that `wanted` describes, with those below it. */
export function filesIn(folder: string, wanted: RegExp): Files {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => wanted.test(path));
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(folder, path))]));
}

export function isSmall({ files }: Sample): boolean {
  return Object.values(files).reduce((sum, bytes) => sum + bytes.byteLength, 0) < MOST_BYTES;
}
