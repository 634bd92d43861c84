import * as z from 'zod';

const pixels = z.int().min(1);
const perChannel = z.array(z.number()).min(1).max(4).readonly();

/** What a base model expects of its images, as its file or its authors say. */
export const preprocessingSchema = z.strictObject({
  size: z.tuple([pixels, pixels]).readonly().describe('[height, width] of the model’s input.'),
  cropShare: z.number().gt(0).max(1).describe('Share of the shorter side that the evaluation crop keeps.').exactOptional(),
  fit: z.enum(['cover', 'stretch']).describe('Whether an image keeps its proportions and loses its ends, or is stretched.').exactOptional(),
  filter: z.enum(['box', 'bilinear', 'bicubic', 'lanczos']).exactOptional(),
  layout: z.enum(['nchw', 'nhwc']).exactOptional(),
  channels: z.union([z.literal(1), z.literal(3), z.literal(4)]).exactOptional(),
  order: z.enum(['rgb', 'bgr']).exactOptional(),
  range: z.tuple([z.number(), z.number()]).readonly().describe('What the pixel values 0 and 255 become.').exactOptional(),
  mean: perChannel.exactOptional(),
  std: perChannel.exactOptional(),
});

/** What a base model expects of its images. */
export type Preprocessing = Readonly<z.output<typeof preprocessingSchema>>;
