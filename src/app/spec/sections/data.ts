import { z } from 'zod';
import { columnsSchema, decodeSchema, type FormatName, formats, maskSchema } from '../../../learning/data/index.js';
import { pathSchema } from './path.js';

const absent = z.literal(false);

/** A share of the training data, a path, or nothing; `none` means nothing, too. */
const heldOut = z.preprocess((value) => (value === 'none' ? false : value), z.union([absent, z.number().gt(0).lt(1), pathSchema]).default(false));

export const dataSchema = z.strictObject({
  train: pathSchema.describe(
    'Training data: a folder with a sub-folder of images or texts per class, a folder with images/ and masks/, COCO (.json), a table (.csv, .jsonl, .parquet), tensors (.safetensors, .npz, IDX) or text (.txt, CoNLL, SQuAD).',
  ),
  validation: heldOut.describe('A share of the training data (stratified, seeded), a path, or none.'),
  test: heldOut.describe('A share of the training data, a path, or none. Used once, after training.'),
  unlabelled: pathSchema.describe('A folder of images without labels that take part in training, see training.pseudoLabels.').exactOptional(),
  format: z
    .enum(Object.keys(formats) as [FormatName, ...FormatName[]])
    .describe('Kind of the data, where the path does not say it.')
    .exactOptional(),
  columns: columnsSchema
    .describe('Which column is what, for tables: { image: file, label: category } or { text: review, label: stars }.')
    .prefault({}),
  group: z
    .string()
    .min(1)
    .describe('A regular expression over file names; what its parentheses match stays on one side of every split. For tables, use columns.group.')
    .exactOptional(),
  labels: z.array(z.string()).min(1).describe('Class names in the order of the outputs; default: those found, sorted.').exactOptional(),
  masks: maskSchema
    .extend({ path: pathSchema.describe('Folder of the masks or COCO file, where it does not lie beside the images.').exactOptional() })
    .describe('How masks are found and what their pixels say, for semantic segmentation.')
    .exactOptional(),
  maxSkippedShare: z.number().min(0).max(1).describe('Share of the samples that may be unreadable.').default(0.2),
  decode: decodeSchema.describe('How image files become pixels.').prefault({}),
});
