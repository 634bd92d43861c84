import { fail } from '../../../core/index.js';
import type { Dataset, TextContent } from '../dataset.js';
import { type Files, readText } from '../files.js';
import { readClassFolder, readUnlabelledFolder } from './class-folder.js';
import { textBytes } from './text-rows/dataset.js';

const TEXTS = { kind: 'text', extensions: new Set(['.txt']) } as const;

interface TextFolderOptions {
  readonly files: Files;
  readonly unlabelled?: boolean | undefined;
}

/**
 * A folder with one sub-folder of text files per class, or, for data without labels, all text files of a folder. Each file is one text in
 * UTF-8; reading one throws TEXT_EMPTY, DATA_UNREADABLE or DATA_NOT_FOUND.
 * @throws DATA_NOT_FOUND, DATA_EMPTY, DATA_NO_CLASSES, DATA_CLASS_EMPTY, DATA_SPLIT_FOLDERS when the sub-folders are named like splits
 */
export async function openTextFolder(path: string, { files, unlabelled = false }: TextFolderOptions): Promise<Dataset> {
  const { pathOf, ...facts } = await (unlabelled ? readUnlabelledFolder : readClassFolder)(files, path, TEXTS);
  const load = async (index: number): Promise<TextContent> => {
    const text = await readText(files, pathOf(index));
    if (text.trim() === '') fail('TEXT_EMPTY', { what: `"${pathOf(index)}"` });
    return { kind: 'text', text };
  };
  return { ...facts, kind: 'text', load, bytes: async (index) => textBytes(await load(index)), close: async () => {} };
}
