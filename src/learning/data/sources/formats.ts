import type { Dataset } from '../dataset.js';
import { extensionOf } from '../files.js';
import { openConll } from './conll.js';
import { openIdx } from './idx.js';
import { isImage, openImageFolder, openUnlabelledFolder } from './image-folder.js';
import { openLines } from './lines.js';
import { openNpz } from './npz.js';
import { openSafetensorsData } from './safetensors.js';
import { openSquad } from './squad.js';
import { openCsv } from './tables/csv.js';
import { type TableOptions, tableDataset } from './tables/dataset.js';
import { openJsonl } from './tables/jsonl.js';
import { openParquet } from './tables/parquet.js';
import { isTextFile, openTextFolder } from './text-folder.js';

/** What opening a source needs besides its path. */
export interface SourceContext extends TableOptions {
  /** File of the labels, for IDX. */
  readonly labelFile?: string | undefined;
}

interface Format {
  /** For messages. */
  readonly title: string;
  /** Whether a path looks like this kind. @param inside the files of a folder */
  readonly matches: (path: string, isFolder: boolean, inside?: readonly string[]) => boolean;
  readonly open: (path: string, context: SourceContext) => Promise<Dataset>;
}

const hasExtension =
  (...extensions: readonly string[]) =>
  (path: string, isFolder: boolean): boolean =>
    !isFolder && extensions.includes(extensionOf(path));

/** Every kind of data Regraft reads. One row adds one. */
export const formats = {
  'text-folder': {
    title: 'a folder with a sub-folder of .txt files per class',
    matches: (_, isFolder, inside = []) => isFolder && inside.some(isTextFile) && !inside.some(isImage),
    open: openTextFolder,
  },
  'image-folder': {
    title: 'a folder with a sub-folder of images per class',
    matches: (_, isFolder) => isFolder,
    open: (path, { files, decoder, unlabelled }) => (unlabelled ? openUnlabelledFolder : openImageFolder)(files, path, decoder),
  },
  csv: {
    title: '.csv or .tsv',
    matches: hasExtension('.csv', '.tsv'),
    open: async (path, context) => tableDataset(await openCsv(context.files, path), context),
  },
  jsonl: {
    title: '.jsonl or .ndjson',
    matches: hasExtension('.jsonl', '.ndjson'),
    open: async (path, context) => tableDataset(await openJsonl(context.files, path), context),
  },
  parquet: {
    title: '.parquet',
    matches: hasExtension('.parquet'),
    open: async (path, context) => tableDataset(await openParquet(context.files, path), context),
  },
  conll: {
    title: 'CoNLL (.conll, .conllu, .bio)',
    matches: hasExtension('.conll', '.conllu', '.conllup', '.bio', '.iob', '.iob2'),
    open: openConll,
  },
  squad: {
    title: 'SQuAD (.json)',
    matches: hasExtension('.json'),
    open: openSquad,
  },
  lines: {
    title: '.txt, a text a line',
    matches: hasExtension('.txt'),
    open: openLines,
  },
  safetensors: {
    title: '.safetensors',
    matches: hasExtension('.safetensors'),
    open: (path, { files, classes }) => openSafetensorsData(files, path, classes),
  },
  npz: {
    title: '.npz',
    matches: hasExtension('.npz'),
    open: (path, { files, classes }) => openNpz(files, path, classes),
  },
  idx: {
    title: 'IDX images (…-images-idx3-ubyte, also .gz)',
    matches: (path, isFolder) => !isFolder && /[-.]idx\d[-.][^/]*$/.test(path),
    open: (path, { files, ...options }) => openIdx(files, path, options),
  },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;
