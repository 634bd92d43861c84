import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toTransformers } from '../../bases/importers/index.node.js';
import { writeSafetensorsFile } from '../../learning/data/index.node.js';
import { checkAlike } from './alike.node.js';
import { type BundleFiles, CARD_FILE, INFO_FILE, isModelPart } from './files.js';
import type { BundleInfo } from './info.js';
import { replaceFolder } from './replace.node.js';

/**
 * Writes a folder as `save_pretrained` of transformers does: `config.json`, `model.safetensors` and the files of the tokenizer and the processor;
 * the card becomes its README.
 * What transformers will compute is compared with the model first.
 * @throws EXPORT_TRANSFORMERS, BUNDLE_PATH_TAKEN, BUNDLE_WRITE_FAILED
 */
export async function writeTransformers(files: BundleFiles, info: BundleInfo, path: string): Promise<void> {
  const model = await files.model();
  const { config, weights, model: rebuilt } = await toTransformers(model, info.labels);
  await checkAlike(model, rebuilt);
  await replaceFolder(path, async (folder) => {
    await writeFile(join(folder, 'config.json'), config, { flush: true });
    await writeSafetensorsFile(join(folder, 'model.safetensors'), weights, [['format', 'pt']]);
    for (const name of await files.list()) {
      const content = isModelPart(name) || name === INFO_FILE ? undefined : await files.read(name);
      if (content) await writeFile(join(folder, name === CARD_FILE ? 'README.md' : name), content, { flush: true });
    }
  });
}
