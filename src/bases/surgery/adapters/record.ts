import * as z from 'zod';
import { fail } from '../../../core/index.js';
import type { Model } from '../../../engine/graph/index.js';
import type { AdapterSpec } from './spec.js';

/** Key of the entry among an ONNX file's `metadata_props`. */
const KEY = 'regraft.adapter';

/** A trainable tensor of an adapter, and how a file has it. */
export interface AdapterParameter {
  readonly name: string;
  /** Whether the axes of the matrix are exchanged there. */
  readonly turned: boolean;
  /** Its dimensions there. */
  readonly dims: readonly number[];
}

/** What an adapter changed in a graph. */
export interface Edits {
  readonly parameters: readonly AdapterParameter[];
  /** Outputs of the nodes that were added. */
  readonly added: readonly string[];
  /** Names of values in the base by those that they, or what stands for them, have now. */
  readonly aliases: Readonly<Record<string, string>>;
}

/** What a model knows of the adapter in it. */
export interface AdapterRecord extends Edits {
  readonly spec: AdapterSpec;
  /** Parameters of the head, which are trained and saved with the adapter. */
  readonly head: readonly string[];
}

const targets = z.union([z.literal(['auto', 'all-linear']), z.array(z.string()).readonly(), z.strictObject({ match: z.string() })]);
const lowRank = { rank: z.int().min(1), alpha: z.number(), dropout: z.number().min(0).lt(1), rankStabilised: z.boolean(), targets };

const specSchema: z.ZodType<AdapterSpec> = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('lora'), ...lowRank }),
  z.strictObject({ name: z.literal('dora'), ...lowRank }),
  z.strictObject({ name: z.literal('ia3'), targets, feedForward: z.union([z.literal('auto'), z.array(z.string()).readonly()]) }),
  z.strictObject({
    name: z.literal('adapter'),
    width: z.int().min(1),
    activation: z.enum(['relu', 'gelu']),
    after: z.enum(['both', 'feed-forward']),
  }),
  z.strictObject({ name: z.literal('prompt-tuning'), tokens: z.int().min(1) }),
]);

const recordSchema: z.ZodType<AdapterRecord> = z.strictObject({
  spec: specSchema,
  head: z.array(z.string()).readonly(),
  parameters: z.array(z.strictObject({ name: z.string(), turned: z.boolean(), dims: z.array(z.int().min(0)).readonly() })).readonly(),
  added: z.array(z.string()).readonly(),
  aliases: z.record(z.string(), z.string()),
});

/** The model with the record in its metadata, where it stays through training and in an ONNX file. */
export function withRecord(model: Model, record: AdapterRecord): Model {
  return { ...model, metadata: new Map([...model.metadata, [KEY, JSON.stringify(record)]]) };
}

export function withoutRecord(model: Model): Model {
  return { ...model, metadata: new Map([...model.metadata].filter(([key]) => key !== KEY)) };
}

/** `undefined` where the model has no adapter. */
export function recordOf(model: Model): AdapterRecord | undefined {
  const text = model.metadata.get(KEY);
  if (text === undefined) return undefined;
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** @throws ADAPTER_ABSENT */
/** Whether an adapter was added to a model. */
export function hasAdapter(model: Model): boolean {
  return recordOf(model) !== undefined;
}

export function adapterOf(model: Model): AdapterRecord {
  return recordOf(model) ?? fail('ADAPTER_ABSENT', {});
}
