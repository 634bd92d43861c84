import { differenceFrom } from '../support/oracle.js';
import { importPublished, oracle, published, publishedInputs, publishedOutputs } from '../tfjs/published.js';
import { type BaseRow, parameterCount, trains } from './row.js';

/** Every published graph model. @throws where a package cannot be fetched: the table is of all of them */
export async function* tfjsRows(): AsyncGenerator<BaseRow> {
  for (const [name, golden] of published) {
    const imported = await importPublished(golden);
    if (!imported) throw new Error(`${golden.uri} cannot be fetched`);
    const inputs = publishedInputs(name, golden, imported);
    yield {
      architecture: name,
      source: golden.uri.replace(/^(npm:@?[^@]+)@.*/, '$1'),
      oracle,
      parameters: parameterCount(imported.model),
      error: await differenceFrom(publishedOutputs(golden), imported.model, inputs),
      trains: await trains(imported.model, inputs),
    };
  }
}
