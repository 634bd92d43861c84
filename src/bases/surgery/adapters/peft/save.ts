import { permute, type Tensor, writeSafetensors } from '../../../../core/index.js';
import type { Model } from '../../../../engine/graph/index.js';
import { readsScaled } from '../ia3.js';
import { findLayers } from '../layers.js';
import { type AdapterRecord, adapterOf } from '../record.js';
import { adapterTensors } from '../tensors.js';
import { writeConfig } from './config.js';
import { type FileNames, fileNames, moduleOf, prefixOf } from './names.js';

/** The files of an adapter, by name. */
export type AdapterFiles = Readonly<Record<'adapter_config.json' | 'adapter_model.safetensors', Uint8Array>>;

/**
 * The adapter and the head of a model in the format of PEFT 0.21. Of a model that was imported from transformers, PEFT loads them on the model of
 * transformers; of others the names are those of the graph. PEFT has no bottleneck adapters: Regraft alone reads these.
 * @throws ADAPTER_ABSENT
 */
export async function saveAdapter(model: Model): Promise<AdapterFiles> {
  const record = adapterOf(model);
  const names = await fileNames(model);
  const prefix = prefixOf(record.spec);
  const tensors = adapterTensors(model);
  const kept = record.parameters.map(({ name, turned, dims }) => {
    const tensor = tensors.get(name) as Tensor;
    const key = name.includes('.') ? prefix + names.toFile(name) : name;
    return [key, { ...(turned ? permute(tensor, [1, 0]) : tensor), dims }] as const;
  });
  const head = record.head.map((name) => {
    const tensor = tensors.get(name) as Tensor;
    return [prefix + names.toFile(name), names.isTurned(name) ? permute(tensor, [1, 0]) : tensor] as const;
  });
  return {
    'adapter_config.json': new TextEncoder().encode(configOf(model, record, names)),
    'adapter_model.safetensors': writeSafetensors([...kept, ...head], [['format', 'pt']]),
  };
}

function configOf(model: Model, { spec, head, parameters }: AdapterRecord, names: FileNames): string {
  const changed = new Set(parameters.map(({ name }) => name.slice(0, name.search(/\.(lora_|ia3_l)/))));
  const layers = findLayers(model.graph).filter(({ name }) => changed.has(name));
  const prompt = parameters.find(({ name }) => name === 'prompt_embeddings');
  return writeConfig(spec, {
    task: names.task,
    targets: [...changed].map((name) => names.toFile(name)).filter((name) => name !== ''),
    feedForward: spec.name === 'ia3' ? layers.filter((layer) => readsScaled(layer, spec)).map(({ name }) => names.toFile(name)) : [],
    whole: [...new Set(head.map((name) => moduleOf(names.toFile(name), names)))],
    // What lies in the graph as [in, out] without having been turned lies so in the file.
    inFirst: layers.some(({ kind, outFirst, weight }) => kind === 'linear' && !outFirst && !names.isTurned(weight)),
    width: prompt?.dims[1],
    sizes: names.sizes,
  });
}
