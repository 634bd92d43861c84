import { fail } from '../../../core/index.js';
import { byCodePoint, indexLabels } from '../classes.js';
import type { Sample, Target } from '../dataset.js';
import { extensionOf, type Files } from '../files.js';

const SPLIT_NAMES = new Set(['train', 'training', 'val', 'valid', 'validation', 'dev', 'eval', 'test', 'testing']);

/** What a folder is searched for. */
interface FileKind {
  /** For messages: image. */
  readonly kind: string;
  readonly extensions: ReadonlySet<string>;
}

/** Files of one kind in a folder, one a sample. */
export interface FolderFacts {
  readonly name: string;
  readonly size: number;
  readonly target: Target;
  readonly ignored: readonly string[];
  sample(index: number): Sample;
  pathOf(index: number): string;
}

/**
 * The files of a folder with one sub-folder per class, named after the class; files may lie deeper inside it. Hidden files are left
 * out, files of other kinds are listed in `ignored`.
 * @throws DATA_NOT_FOUND, DATA_NO_CLASSES, DATA_CLASS_EMPTY, DATA_SPLIT_FOLDERS when the sub-folders are named like splits
 */
export async function readClassFolder(files: Files, path: string, wanted: FileKind): Promise<FolderFacts> {
  const inside = (await files.list(path)).filter((file) => file.includes('/')).sort(byCodePoint);
  const found = inside.filter((file) => isOf(wanted, file));
  checkFolders(path, inside, found, wanted);
  const { names, indices } = indexLabels(found.map(topFolder));
  return facts(path, inside, found, wanted, { kind: 'classes', names }, (index) => indices[index] as number);
}

/**
 * All files of a kind in a folder, at any depth, without labels: something to predict.
 * @throws DATA_NOT_FOUND, DATA_EMPTY
 */
export async function readUnlabelledFolder(files: Files, path: string, wanted: FileKind): Promise<FolderFacts> {
  const all = (await files.list(path)).sort(byCodePoint);
  const found = all.filter((file) => isOf(wanted, file));
  if (found.length === 0) fail('DATA_EMPTY', { path });
  return facts(path, all, found, wanted, { kind: 'none' }, () => undefined);
}

function facts(
  path: string,
  all: readonly string[],
  found: readonly string[],
  wanted: FileKind,
  target: Target,
  labelOf: (index: number) => number | undefined,
): FolderFacts {
  const pathOf = (index: number): string => `${path}/${found[index] as string}`;
  return {
    name: path,
    size: found.length,
    target,
    ignored: all.filter((file) => isOther(wanted, file)),
    sample: (index) => ({ id: found[index] as string, label: labelOf(index), location: pathOf(index) }),
    pathOf,
  };
}

function checkFolders(path: string, inside: readonly string[], found: readonly string[], wanted: FileKind): void {
  const folders = [...new Set(inside.map(topFolder))];
  if (folders.length === 0) fail('DATA_NO_CLASSES', { path });
  if (folders.every((folder) => SPLIT_NAMES.has(folder.toLowerCase()))) fail('DATA_SPLIT_FOLDERS', { path, folders: folders.join(', ') });
  const filled = new Set(found.map(topFolder));
  const empty = folders.find((folder) => !filled.has(folder));
  if (empty === undefined) return;
  const others = inside.filter((file) => topFolder(file) === empty && isOther(wanted, file));
  const extensions = [...new Set(others.map((file) => extensionOf(file) || 'no extension'))];
  const what = others.length === 0 ? 'It is empty.' : `Its files are of the kinds ${extensions.join(', ')}.`;
  fail('DATA_CLASS_EMPTY', { label: empty, path, kind: wanted.kind, found: what });
}

export function isOf({ extensions }: FileKind, path: string): boolean {
  return extensions.has(extensionOf(path));
}

/** Whether it is a file, but of another kind. */
function isOther(wanted: FileKind, path: string): boolean {
  return !isOf(wanted, path) && !path.endsWith('/');
}

function topFolder(path: string): string {
  return path.slice(0, path.indexOf('/'));
}
