import { memoryFolder } from '../../src/bases/hub/index.js';
import { importFolder } from '../../src/bases/importers/index.js';
import { fusedBytes, fusedCases, fusedFeeds } from '../onnx/golden.js';
import { differenceFrom } from '../support/oracle.js';
import { type BaseRow, parameterCount, trains } from './row.js';

/** Models that the tools of ONNX Runtime fused, quantised or halved. */
export async function* onnxRows(): AsyncGenerator<BaseRow> {
  for (const [name, golden] of Object.entries(fusedCases)) {
    for (const [variant, { output }] of Object.entries(golden.variants)) {
      const { model } = await importFolder(memoryFolder({ 'model.onnx': fusedBytes(`${name}-${variant}`) }));
      const inputs = fusedFeeds(golden, model.graph.inputs);
      const expected = [{ name: 'logits', shape: output.dims, values: output.values }];
      yield {
        architecture: `${name}, ${variant}`,
        source: 'ONNX',
        oracle: 'ONNX Runtime 1.30',
        parameters: parameterCount(model),
        error: await differenceFrom(expected, model, inputs),
        trains: await trains(model, inputs),
      };
    }
  }
}
