import { z } from 'zod';
import { baseSchema } from './sections/base.js';
import { dataSchema } from './sections/data.js';
import { freezeSchema } from './sections/freeze.js';
import { groupsSchema } from './sections/groups.js';
import { headSchema } from './sections/head.js';
import { recipeSchema } from './sections/recipe.js';
import { tapsSchema } from './sections/taps.js';
import { taskSchema } from './sections/task.js';
import { textSchema } from './sections/text.js';
import { trainingSchema } from './sections/training.js';
import { transformsSchema } from './sections/transforms.js';

/** Heads of one vector, whose length the data say but where vectors are what is asked for. */
const PROJECTIONS = ['auto', 'linear', 'mlp'];

/** A whole run as users write it; parsing makes every default explicit. */
export const specSchema = z
  .strictObject({
    task: taskSchema,
    base: baseSchema,
    data: dataSchema,
    recipe: recipeSchema,
    head: headSchema,
    taps: tapsSchema,
    freeze: freezeSchema,
    groups: groupsSchema,
    transforms: transformsSchema,
    text: textSchema,
    training: trainingSchema,
    seed: z.int().min(0).max(0xffffffff).describe('Seeds shuffling, augmentation, dropout and new weights.').default(42),
    threads: z
      .union([z.literal('auto'), z.int().min(1)])
      .describe('CPU threads of the runtime.')
      .default('auto'),
    device: z.enum(['auto', 'cpu', 'webgpu', 'wasm']).describe('Where the graph runs.').default('auto'),
  })
  .refine(({ head, taps }) => head.name !== 'keep' || taps === 'last', { path: ['taps'], message: 'a head that is kept has no taps' })
  .refine(({ task, head }) => task === 'image-similarity' || !(PROJECTIONS.includes(head.name) && 'width' in head), {
    path: ['head', 'width'],
    message: 'only the head of image-similarity has a width: of other tasks it follows from the data',
  })
  .refine(({ training, data }) => !training.earlyStopping || data.validation !== false, {
    path: ['training', 'earlyStopping'],
    message: 'early stopping needs validation data; set data.validation',
  })
  .refine(({ training, data }) => training.keep === 'last' || data.validation !== false, {
    path: ['training', 'keep'],
    message: 'the best weights are those of an evaluation; set data.validation',
  })
  .refine(({ training, data }) => training.schedule.name !== 'plateau' || data.validation !== false, {
    path: ['training', 'schedule'],
    message: 'a plateau is one of validation data; set data.validation',
  });

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** A run with every default explicit and every path absolute. It is itself a valid spec, and resolving it again changes nothing. */
export type RunSpec = Frozen<z.output<typeof specSchema>>;
/** A run that leaves nothing to be chosen by its data. */
export type DecidedSpec = Omit<RunSpec, 'recipe' | 'training'> & {
  readonly recipe: Exclude<RunSpec['recipe'], { readonly name: 'auto' }>;
  readonly training: Omit<RunSpec['training'], 'epochs'> & { readonly epochs?: number };
};
/** A run as users write it. */
export type SpecInput = z.input<typeof specSchema>;
