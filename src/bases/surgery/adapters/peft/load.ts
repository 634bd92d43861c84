import { fail, permute, readSafetensors, type Tensor, toFloat32 } from '../../../../core/index.js';
import type { Model } from '../../../../engine/graph/index.js';
import { addAdapter, type WithAdapter } from '../add.js';
import { adapterOf } from '../record.js';
import { withAdapterTensors } from '../tensors.js';
import { readConfig, readWhole } from './config.js';
import { type FileNames, fileNames, moduleOf } from './names.js';
import type { AdapterFiles } from './save.js';

/** What the name of a tensor of an adapter ends with, behind that of its layer. */
const OF_ADAPTER = /\.(lora_(embedding_)?[AB](\.weight)?|lora_magnitude_vector|ia3_l|adapter_(down|up)\.(weight|bias))$/;
const PROMPT = 'prompt_embeddings';

/** A model with an adapter from a file. */
interface LoadedAdapter extends WithAdapter {
  /** Tensors of a head that the model has not. */
  readonly omitted: readonly string[];
}

/**
 * The model with an adapter that PEFT or Regraft saved, and its head where the model has one of that name.
 * @param model the base; a head of the same name as the file's must be of the same shape
 * @throws ADAPTER_FORMAT, ADAPTER_TENSOR, DATA_FORMAT_BROKEN, and what {@link addAdapter} throws
 */
export async function loadAdapter(model: Model, files: AdapterFiles): Promise<LoadedAdapter> {
  const { tensors } = readSafetensors(files['adapter_model.safetensors'], 'adapter_model.safetensors');
  const names = await fileNames(model);
  const found = byGraphName(tensors, names);
  const adapted = [...found.keys()].filter((name) => name === PROMPT || OF_ADAPTER.test(name));
  const config = new TextDecoder().decode(files['adapter_config.json']);
  const others = [...found.keys()].filter((name) => !adapted.includes(name));
  const head = others.filter((name) => model.graph.initializers.has(name));
  const omitted = others.filter((name) => !head.includes(name));
  const whole = readWhole(config);
  const unknown = omitted.find((name) => !whole.includes(moduleOf(names.toFile(name), names)));
  if (unknown !== undefined) fail('ADAPTER_FORMAT', { reason: `it has the tensor "${unknown}", which the model has not` });
  const layers = [...new Set(adapted.filter((name) => name !== PROMPT).map((name) => name.replace(OF_ADAPTER, '')))];
  const spec = readConfig(config, layers, (layer) => names.toFile(layer));
  const added = addAdapter(model, spec, { seed: 0, head });
  const extra = adapted.find((name) => !added.parameters.includes(name));
  if (extra !== undefined) fail('ADAPTER_FORMAT', { reason: `it has the tensor "${extra}", which no layer of the model takes` });
  const own = adapterOf(added.model).parameters.map(({ name, turned, dims }) => [name, asInGraph(name, found.get(name), turned, dims)] as const);
  const heads = head.map((name) => [name, names.isTurned(name) ? permute(found.get(name) as Tensor, [1, 0]) : (found.get(name) as Tensor)] as const);
  return {
    ...added,
    omitted,
    model: withAdapterTensors(added.model, new Map([...own.map(([name, tensor]) => [name, shapedAs(added.model, name, tensor)] as const), ...heads])),
  };
}

function byGraphName(tensors: ReadonlyMap<string, Tensor>, names: FileNames): ReadonlyMap<string, Tensor> {
  const prefix = tensors.has(PROMPT) ? /^base_model\./ : /^base_model\.model\./;
  // PEFT saves the table of an embedding beside its adapter, unchanged.
  const own = [...tensors].filter(([key]) => !key.includes('.base_layer.'));
  return new Map(own.map(([key, tensor]) => [names.toGraph(key.replace(prefix, '')), toFloat32(tensor)]));
}

/** @throws ADAPTER_TENSOR */
function asInGraph(name: string, tensor: Tensor | undefined, turned: boolean, dims: readonly number[]): Tensor {
  if (tensor === undefined || String(tensor.dims) !== String(dims)) {
    return fail('ADAPTER_TENSOR', { tensor: name, expected: dims.join('×'), found: tensor?.dims.join('×') ?? 'none' });
  }
  return turned ? permute(tensor, [1, 0]) : tensor;
}

/** Files have some vectors with axes of length one. */
function shapedAs({ graph }: Model, name: string, tensor: Tensor): Tensor {
  return { ...tensor, dims: (graph.initializers.get(name) as Tensor).dims };
}
