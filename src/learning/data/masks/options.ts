import * as z from 'zod';
import { colourSchema } from '../decode.js';

/** How masks say which class a pixel is. */
const kinds = ['auto', 'index', 'binary', 'colours', 'alpha'] as const;

/** How the masks of images are found and read. */
export const maskSchema = z.strictObject({
  kind: z
    .enum(kinds)
    .describe(
      'What pixels say: index (palette index or grey value is the class), binary (dark and bright), colours, alpha (of the image itself); auto looks.',
    )
    .default('auto'),
  path: z.string().min(1).describe('Folder of the masks or COCO file, where it does not lie beside the images.').exactOptional(),
  colours: z.record(z.string().min(1), colourSchema).describe('Colour of each class: { road: [128, 64, 128] }.').exactOptional(),
  ignore: z
    .array(z.union([z.int().min(0).max(65_535), colourSchema]))
    .readonly()
    .describe('Values or colours that are no class: their pixels neither train nor count.')
    .default([255]),
  threshold: z.int().min(1).max(255).describe('From which value or alpha on a pixel is the object, for binary and alpha.').default(128),
});

export type MaskOptions = z.input<typeof maskSchema>;
export type MaskOptionsFound = z.output<typeof maskSchema>;
