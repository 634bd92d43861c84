import * as z from 'zod';
import type { Model } from '../../../engine/graph/index.js';
import { preprocessingSchema } from '../preprocessing.js';

/** Key of the entry among an ONNX file's `metadata_props`. */
const KEY = 'regraft.base';

const factsSchema = z.strictObject({
  /** The address that the model was imported from. */
  origin: z.string().exactOptional(),
  licence: z.string().exactOptional(),
  labels: z.array(z.string()).exactOptional(),
  preprocessing: preprocessingSchema.exactOptional(),
  /** The value that a new head reads. */
  features: z.string().exactOptional(),
});

/** What is known of a base beyond its graph, kept in the ONNX file that it is converted to. */
export type BaseFacts = z.output<typeof factsSchema>;

/** The model with what is known of it in its metadata. */
export function withFacts(model: Model, facts: BaseFacts): Model {
  return { ...model, metadata: new Map([...model.metadata, [KEY, JSON.stringify(facts)]]) };
}

/**
 * What an earlier import kept in the file, nothing where it does not come from one or was edited by others; and the model without it: once it is
 * trained further, it is no longer true.
 */
export function takeFacts(model: Model): { readonly model: Model; readonly facts: Omit<BaseFacts, 'origin'> } {
  const metadata = new Map(model.metadata);
  const text = metadata.get(KEY);
  metadata.delete(KEY);
  const { origin: _, ...facts } = factsSchema.safeParse(text === undefined ? {} : parsed(text)).data ?? {};
  return { model: { ...model, metadata }, facts };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
