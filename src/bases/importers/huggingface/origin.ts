import * as z from 'zod';
import type { Model } from '../../../engine/graph/index.js';

/** Key of the entry among an ONNX file's `metadata_props`. */
const KEY = 'regraft.transformers';

const originSchema = z.strictObject({
  /** The text of `config.json`: transformers tells 1 from 1.0. */
  config: z.string(),
  className: z.string(),
  /** Weights that lie in the graph as in the file. */
  stored: z.array(z.string()).readonly(),
  /** Matrices that lie in the graph with their axes exchanged. */
  transposed: z.array(z.string()).readonly(),
});

/** What is needed to save a graph as the model of transformers that it was made from. */
export type Origin = z.output<typeof originSchema>;

/** The model with its origin in its metadata, where it stays through surgery and training. */
export function withOrigin(model: Model, origin: Origin): Model {
  return { ...model, metadata: new Map([...model.metadata, [KEY, JSON.stringify(origin)]]) };
}

/** `undefined` where the model was not imported from transformers. */
export function originOf(model: Model): Origin | undefined {
  const text = model.metadata.get(KEY);
  if (text === undefined) return undefined;
  try {
    return originSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
