import { importFolder } from '../../src/bases/importers/index.js';
import { differenceFrom } from '../support/oracle.js';
import { tfCases, tfFolder, tfInputs } from '../support/tensorflow.js';
import { type BaseRow, parameterCount, trains } from './row.js';

/** The small models that TensorFlow wrote. */
export async function* tensorflowRows(): AsyncGenerator<BaseRow> {
  for (const [name, golden] of tfCases) {
    if (golden.outputs.length === 0) continue;
    const { model } = await importFolder(tfFolder(name), golden.signature === undefined ? {} : { signature: golden.signature });
    const inputs = tfInputs(golden);
    yield {
      architecture: name,
      source: golden.entry === 'checkpoint' ? 'checkpoint' : golden.entry === 'saved_model.pb' ? 'SavedModel' : 'frozen graph',
      oracle: 'TensorFlow 2.21',
      parameters: parameterCount(model),
      error: await differenceFrom(golden.outputs, model, inputs),
      trains: await trains(model, inputs),
    };
  }
}
