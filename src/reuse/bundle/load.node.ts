import { type DeviceOptions, openDevice } from '../../engine/runtime/index.node.js';
import { diskFiles, loadTokenizer, nodeDecoder } from '../../learning/data/index.node.js';
import { taskOf } from '../../learning/tasks/index.js';
import { LoadedBundle } from './loaded.js';
import { readBundle } from './read.node.js';

/**
 * Opens a bundle to predict with: its folder, a `.zip` of it, or the folder of the run that made it. Close it when done.
 *
 * ```ts
 * const bundle = await loadBundle('./bundle');
 * const [prediction] = await bundle.predict(['cat.jpg']);
 * await bundle.close();
 * ```
 * @throws BUNDLE_NOT_FOUND, BUNDLE_BROKEN, BUNDLE_FORMAT
 */
export async function loadBundle(path: string, options: DeviceOptions = {}): Promise<LoadedBundle> {
  const { info, model, files } = await readBundle(path);
  const tokenizer = info.text && (await loadTokenizer(files));
  const device = openDevice(options);
  try {
    const program = await device.compile(model);
    const isSummarised = taskOf(info.task, info.target).summary !== undefined;
    const platform = { device, decoder: nodeDecoder(info.decode), files: diskFiles() };
    return new LoadedBundle(info, program, { ...platform, ...(tokenizer && { tokenizer }), ...(isSummarised && { model }) });
  } catch (error) {
    await device.close();
    throw error;
  }
}
