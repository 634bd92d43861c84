import { fail } from '../../core/index.js';
import { alignTarget, isNamed } from './classes.js';
import type { Content, Dataset, Target } from './dataset.js';
import type { ImageDecoder } from './decode.js';
import { extensionOf, type Files } from './files.js';
import type { MaskOptions } from './masks/options.js';
import { type FormatName, formats } from './sources/formats.js';
import type { Columns } from './sources/tables/columns.js';

/** Where data lies and how to read it. */
export interface SourceSpec {
  /** A folder or file. */
  readonly path: string;
  /** The kind of data, where the path does not say it. */
  readonly format?: FormatName;
  /** Which column is what, for tables. */
  readonly columns?: Columns;
  /** File of the labels, for IDX. */
  readonly labelFile?: string;
  /** How masks are found and read, where they are what is learnt. */
  readonly masks?: MaskOptions;
  /** Class names in the order of the model's outputs; by default those found, sorted by code point. */
  readonly classes?: readonly string[];
  /** Whether to leave labels out: the data is to be predicted. */
  readonly unlabelled?: boolean;
  /** What a task reads of each sample, where a source holds more than that: a table has columns of text and of image files. */
  readonly content?: Content['kind'];
  /** What a task learns of each sample; the usual kind for the content when left out. */
  readonly target?: Target['kind'];
}

/**
 * Opens labelled data of any kind Regraft reads.
 * @throws DATA_FORMAT_UNKNOWN, DATA_NOT_FOUND, DATA_LABEL_UNKNOWN when `classes` lacks one of its names, and what the source throws
 */
export async function openSource(spec: SourceSpec, files: Files, decoder: ImageDecoder): Promise<Dataset> {
  const listed = listedOnce(files);
  const format = spec.format ?? (await detectFormat(spec, listed));
  const dataset = await formats[format].open(spec.path, { ...spec, files: listed, decoder });
  if (spec.classes === undefined || !isNamed(dataset.target)) return dataset;
  return alignTarget(dataset, { kind: dataset.target.kind, names: spec.classes });
}

/** A folder of a million files takes seconds to list: what tells its kind is what its samples are taken from. */
function listedOnce(files: Files): Files {
  const lists = new Map<string, Promise<string[]>>();
  return {
    list: (folder) => {
      const list = lists.get(folder) ?? files.list(folder);
      lists.set(folder, list);
      return list;
    },
    read: (path) => files.read(path),
    open: (path) => files.open(path),
    isFolder: (path) => files.isFolder(path),
    resolveFrom: (file, path) => files.resolveFrom(file, path),
  };
}

async function detectFormat({ path, content, target, unlabelled }: SourceSpec, files: Files): Promise<FormatName> {
  const isFolder = await files.isFolder(path);
  if (isFolder && content === 'text') return 'text-folder';
  if (!isFolder && content === 'image' && extensionOf(path) === '.json') return 'coco';
  if (isFolder && content === 'image') return target === 'masks' && !unlabelled ? 'mask-folder' : 'image-folder';
  const inside = isFolder ? await files.list(path) : [];
  const names = Object.keys(formats) as FormatName[];
  const supported = names.map((name) => formats[name].title).join(', ');
  return names.find((name) => formats[name].matches(path, isFolder, inside)) ?? fail('DATA_FORMAT_UNKNOWN', { path, supported });
}
