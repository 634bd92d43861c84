import type { Dataset } from '../dataset.js';
import { extensionOf } from '../files.js';
import { openIdx } from './idx.js';
import { isImage, openImageFolder, openUnlabelledFolder } from './image-folder.js';
import { hasMaskFolders } from './mask-folders.js';
import { openNpz } from './npz.js';
import { openSafetensorsData } from './safetensors.js';
import type { TableOptions } from './tables/dataset.js';
import type { Table } from './tables/table.js';

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

const isTextFile = hasExtension('.txt');

/** Tables take much code, which a page that has none need not load. */
async function fromTable(context: SourceContext, table: Table): Promise<Dataset> {
  const { tableDataset } = await import('./tables/dataset.js');
  return tableDataset(table, context);
}

/** Every kind of data Regraft reads. One row adds one. */
export const formats = {
  'text-folder': {
    title: 'a folder with a sub-folder of .txt files per class',
    matches: (_, isFolder, inside = []) => isFolder && inside.some((file) => isTextFile(file, false)) && !inside.some(isImage),
    open: async (path, context) => (await import('./text-folder.js')).openTextFolder(path, context),
  },
  'mask-folder': {
    title: 'a folder with images/ and masks/',
    matches: (_, isFolder, inside = []) => isFolder && hasMaskFolders(inside),
    open: async (path, context) => (await import('./mask-folder.js')).openMaskFolder(path, context),
  },
  'image-folder': {
    title: 'a folder with a sub-folder of images per class',
    matches: (_, isFolder) => isFolder,
    open: (path, { files, decoder, unlabelled }) => (unlabelled ? openUnlabelledFolder : openImageFolder)(files, path, decoder),
  },
  csv: {
    title: '.csv or .tsv',
    matches: hasExtension('.csv', '.tsv'),
    open: async (path, context) => fromTable(context, await (await import('./tables/csv.js')).openCsv(context.files, path)),
  },
  jsonl: {
    title: '.jsonl or .ndjson',
    matches: hasExtension('.jsonl', '.ndjson'),
    open: async (path, context) => fromTable(context, await (await import('./tables/jsonl.js')).openJsonl(context.files, path)),
  },
  parquet: {
    title: '.parquet',
    matches: hasExtension('.parquet'),
    open: async (path, context) => fromTable(context, await (await import('./tables/parquet.js')).openParquet(context.files, path)),
  },
  conll: {
    title: 'CoNLL (.conll, .conllu, .bio)',
    matches: hasExtension('.conll', '.conllu', '.conllup', '.bio', '.iob', '.iob2'),
    open: async (path, context) => (await import('./conll.js')).openConll(path, context),
  },
  squad: {
    title: 'SQuAD (.json)',
    matches: hasExtension('.json'),
    open: async (path, context) => (await import('./squad.js')).openSquad(path, context),
  },
  coco: {
    title: 'COCO (.json)',
    matches: hasExtension('.json'),
    open: async (path, context) => (await import('./coco.js')).openCoco(path, context),
  },
  lines: {
    title: '.txt, a text a line',
    matches: hasExtension('.txt'),
    open: async (path, context) => (await import('./lines.js')).openLines(path, context),
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
