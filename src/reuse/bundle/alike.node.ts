import { fail, float32, int64, Random, sizeOf, type Tensor, toNumbers } from '../../core/index.js';
import type { Model, ValueInfo } from '../../engine/graph/index.js';
import { openDevice } from '../../engine/runtime/index.node.js';

/** Two models add in different orders where one was built anew: some roundings of float32 in each layer, as a share of the largest output. */
const TOLERANCE = 1e-4;

/** Sizes that inputs get where a model leaves them open: two samples, of some tokens. */
const [BATCH, LENGTH] = [2, 5];

/** Runs two models on the same made-up inputs. @throws EXPORT_TRANSFORMERS where their first outputs differ */
export async function checkAlike(model: Model, rebuilt: Model): Promise<void> {
  const inputs = Object.fromEntries(rebuilt.graph.inputs.map((info) => [info.name, madeUp(info)]));
  const [expected, found] = [await firstOutput(model, inputs), await firstOutput(rebuilt, inputs)];
  const largest = Math.max(...expected.map(Math.abs));
  const difference = Math.max(...expected.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN))));
  if (expected.length === found.length && difference <= TOLERANCE * largest) return;
  fail('EXPORT_TRANSFORMERS', { reason: 'its features are not those of the class in transformers, which would compute something else' });
}

async function firstOutput(model: Model, inputs: Readonly<Record<string, Tensor>>): Promise<number[]> {
  const device = openDevice();
  try {
    const program = await device.compile(model);
    const outputs = await program.run(inputs);
    return toNumbers(outputs[model.graph.outputs[0]?.name ?? ''] ?? float32([0], []));
  } finally {
    await device.close();
  }
}

/** Numbers in [-1, 1) for images; tokens 0 and 1, all of them to be seen. */
function madeUp({ name, type }: ValueInfo): Tensor {
  const open = type.kind === 'tensor' ? (type.dims ?? []) : [];
  const dims = open.map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? BATCH : LENGTH));
  const indices = Array.from({ length: sizeOf(dims) }, (_, i) => i);
  if (type.kind === 'tensor' && type.type === 'int64') {
    return int64(
      dims,
      indices.map((i) => (name === 'attention_mask' ? 1 : i % 2)),
    );
  }
  const random = new Random(0, name);
  return float32(
    dims,
    indices.map(() => random.uniform(-1, 1)),
  );
}
