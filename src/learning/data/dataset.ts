import type { Tensor } from '../../core/index.js';
import type { Image, Mask } from './image.js';
import type { Span } from './text/encoding.js';

/** What the labels of a data set are. */
export type Target =
  /** Single-label classification; class names sorted by code point. */
  | { readonly kind: 'classes'; readonly names: readonly string[] }
  /** Regression; one name a target value. */
  | { readonly kind: 'values'; readonly names: readonly string[] }
  /** Multi-label classification: any number of classes a sample. */
  | { readonly kind: 'labels'; readonly names: readonly string[] }
  /** One tag a word; tag names sorted by code point, `O` among them where words may have none. */
  | { readonly kind: 'tags'; readonly names: readonly string[] }
  /** Semantic segmentation: one class a pixel, which is read with the image; `names` in the order of the class indices. */
  | { readonly kind: 'masks'; readonly names: readonly string[] }
  /** Answers that stand in a text; `names` holds {@link NO_ANSWER} where some questions have none. */
  | { readonly kind: 'answers'; readonly names: readonly string[] }
  /** No labels. */
  | { readonly kind: 'none' };

/** By which a data set says that some of its questions have no answer. */
export const NO_ANSWER = 'no answer';

/** An answer to a question, as it stands in the context. */
export interface Answer {
  readonly text: string;
  /** Where it begins in the context, in UTF-16 code units. */
  readonly start: number;
}

/**
 * By the kind of target: a class index (`classes`), one number a name (`values`), 1 or 0 a name (`labels`), one tag index a word (`tags`), the answers
 * that count as right, none where there is no answer (`answers`); undefined where nothing is known.
 */
export type Label = number | readonly number[] | readonly Answer[] | undefined;

/** What is known of a sample without decoding it. */
export interface Sample {
  /** Unique in its data set and stable between runs: the path relative to the data set, or the row. */
  readonly id: string;
  readonly label: Label;
  /** Samples of one group are never on both sides of a split. */
  readonly group?: string;
  /** The file (and row) it comes from, for messages. */
  readonly location: string;
}

/** What is to be read of one sample. */
export interface TextContent {
  readonly kind: 'text';
  /** The text; of several, the first: premise, question, prompt, anchor. */
  readonly text: string;
  /** The second text: hypothesis, context, completion, positive example. */
  readonly pair?: string;
  /** A text unlike the first, for triplets. */
  readonly negative?: string;
  /** Where the words of `text` stand, for data that is divided into words. */
  readonly words?: readonly Span[];
}

export interface ImageContent {
  readonly kind: 'image';
  readonly image: Image;
  /** Where the target is `masks`; it is as large as the image. */
  readonly mask?: Mask;
}

/** A decoded sample. */
export type Content =
  | ImageContent
  | TextContent
  /** One row of each tensor, without the batch dimension. */
  | { readonly kind: 'tensors'; readonly tensors: Readonly<Record<string, Tensor>> };

/** Labelled samples, decoded one at a time when asked for, so that memory does not grow with the size of the data. */
export interface Dataset {
  /** The file or folder it was opened from, for messages. */
  readonly name: string;
  readonly kind: Content['kind'];
  /** Number of samples. */
  readonly size: number;
  readonly target: Target;
  /** Files that lie among the data but are not of a kind Regraft reads. */
  readonly ignored?: readonly string[];
  /** The sample `index`, 0 <= index < size. */
  sample(index: number): Sample;
  /**
   * Reads and decodes the sample `index`.
   * @throws DATA_IMAGE_CORRUPT, DATA_IMAGE_TOO_LARGE, DATA_NOT_FOUND, DATA_UNREADABLE
   */
  load(index: number): Promise<Content>;
  /** The mask of a sample, without its image; where the target is `masks`. @throws DATA_NOT_FOUND, DATA_UNREADABLE, DATA_IMAGE_… and DATA_MASK_… errors */
  mask?(index: number): Promise<Mask>;
  /** The stored bytes of the sample, which identify its content. */
  bytes(index: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Closes open files. */
  close(): Promise<void>;
}

/** All samples in order, not decoded. */
export function* samplesOf(dataset: Dataset): Generator<Sample> {
  for (let i = 0; i < dataset.size; i++) yield dataset.sample(i);
}

/** All indices of a data set: 0 … size − 1. */
export function allIndices(dataset: Dataset): number[] {
  return Array.from({ length: dataset.size }, (_, i) => i);
}

/** The samples `indices` of a data set, in that order, as a data set of its own. */
export function subset(dataset: Dataset, indices: readonly number[]): Dataset {
  const at = (index: number): number => indices[index] as number;
  const { mask } = dataset;
  return {
    ...sharedParts(dataset),
    size: indices.length,
    sample: (index) => dataset.sample(at(index)),
    load: (index) => dataset.load(at(index)),
    ...(mask && { mask: (index) => mask(at(index)) }),
    bytes: (index) => dataset.bytes(at(index)),
  };
}

/**
 * The same data with every sample's group taken from its id: the text the pattern's first capture group (or the whole pattern)
 * matches. Samples the pattern does not match have no group.
 */
export function groupById(dataset: Dataset, pattern: RegExp): Dataset {
  const groupOf = (id: string): string | undefined => {
    const match = id.match(pattern);
    return match?.[1] ?? match?.[0];
  };
  return mapSamples(dataset, (sample) => {
    const group = groupOf(sample.id);
    return group === undefined ? sample : { ...sample, group };
  });
}

/** The same data with other facts about each sample; the content stays as it is. */
export function mapSamples(dataset: Dataset, change: (sample: Sample) => Sample, target: Target = dataset.target): Dataset {
  const { mask } = dataset;
  return {
    ...sharedParts(dataset),
    size: dataset.size,
    target,
    sample: (index) => change(dataset.sample(index)),
    load: (index) => dataset.load(index),
    ...(mask && { mask }),
    bytes: (index) => dataset.bytes(index),
  };
}

/** The same data with other masks. */
export function mapMasks(dataset: Dataset, change: (mask: Mask) => Mask, target: Target): Dataset {
  const { mask } = dataset;
  return {
    ...sharedParts(dataset),
    size: dataset.size,
    target,
    sample: (index) => dataset.sample(index),
    load: async (index) => {
      const content = await dataset.load(index);
      return content.kind === 'image' && content.mask ? { ...content, mask: change(content.mask) } : content;
    },
    ...(mask && { mask: async (index) => change(await mask(index)) }),
    bytes: (index) => dataset.bytes(index),
  };
}

function sharedParts(dataset: Dataset): Pick<Dataset, 'name' | 'kind' | 'target' | 'ignored' | 'close'> {
  const { name, kind, target, ignored } = dataset;
  return { name, kind, target, ...(ignored && { ignored }), close: () => dataset.close() };
}
