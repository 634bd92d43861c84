import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AdapterFiles, loadAdapter, mergeAdapter, saveAdapter } from '../../bases/surgery/index.js';
import { fail, RegraftError } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import { writeFileAtomically } from '../../learning/data/index.node.js';

const FILES = ['adapter_config.json', 'adapter_model.safetensors'] as const satisfies readonly (keyof AdapterFiles)[];

/** A model whose adapter has become part of its weights; those that cannot, such as bottlenecks, stay nodes of their own. */
export function withMergedAdapter(model: Model): Model {
  try {
    return mergeAdapter(model);
  } catch (error) {
    if (error instanceof RegraftError && (error.code === 'ADAPTER_ABSENT' || error.code === 'ADAPTER_NOT_MERGEABLE')) return model;
    throw error;
  }
}

/** Writes the adapter and the head of a model into a folder, as PEFT does. @throws DATA_WRITE_FAILED */
export async function writeAdapter(model: Model, path: string): Promise<void> {
  const files = await saveAdapter(model);
  await mkdir(path, { recursive: true });
  for (const name of FILES) await writeFileAtomically(join(path, name), [files[name]]);
}

/**
 * A base with an adapter that was trained for it, merged where that can be, and what the user should know of that.
 * @throws ADAPTER_NOT_FOUND, and what reading the adapter throws
 */
export async function withAdapterFrom(model: Model, path: string): Promise<{ readonly model: Model; readonly notes: readonly string[] }> {
  const read = (name: string): Promise<Uint8Array> =>
    readFile(join(path, name)).catch((cause: unknown) => fail('ADAPTER_NOT_FOUND', { path, file: name }, cause));
  const [config, tensors] = await Promise.all(FILES.map(read));
  const { model: adapted, omitted } = await loadAdapter(model, {
    'adapter_config.json': config as Uint8Array,
    'adapter_model.safetensors': tensors as Uint8Array,
  });
  const note = `The base has no head to take that of the adapter (${omitted.join(', ')}), which is left out.`;
  return { model: withMergedAdapter(adapted), notes: omitted.length > 0 ? [note] : [] };
}
