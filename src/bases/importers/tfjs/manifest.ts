import * as z from 'zod';
import { fail } from '../../../core/index.js';
import type { Json } from '../json.js';

const dims = z.array(z.number().int().nonnegative());
const quantization = z.union([
  z.object({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
  z.object({ dtype: z.literal('float16') }),
]);
const weight = z.object({
  name: z.string(),
  shape: dims,
  dtype: z.enum(['float32', 'int32', 'bool', 'float16', 'string', 'complex64']),
  quantization: quantization.optional(),
});
const group = z.object({ paths: z.array(z.string()).min(1), weights: z.array(weight) });
const modelFile = z.object({
  format: z.string().nullish(),
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(group),
  signature: z.unknown().optional(),
  userDefinedMetadata: z.looseObject({ signature: z.unknown().optional() }).nullish(),
});

export type WeightEntry = z.infer<typeof weight>;
export type WeightGroup = z.infer<typeof group>;

/** The parts of a TF.js `model.json` that the import needs. */
export interface ModelFile {
  readonly format: string | undefined;
  readonly topology: Json;
  readonly groups: readonly WeightGroup[];
  /** Inputs and outputs of a graph model. */
  readonly signature: unknown;
}

/** @throws IMPORT_FILE_INVALID naming the first key that is wrong */
export function readModelFile(value: unknown, file: string, uri: string): ModelFile {
  const parsed = modelFile.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const reason = `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'not valid'}`;
    fail('IMPORT_FILE_INVALID', { file, uri, format: 'a TensorFlow.js model', reason });
  }
  const { format, modelTopology, weightsManifest, signature, userDefinedMetadata } = parsed.data;
  const inputsAndOutputs = signature ?? userDefinedMetadata?.signature;
  return { format: format ?? undefined, topology: modelTopology as Json, groups: weightsManifest, signature: inputsAndOutputs };
}
