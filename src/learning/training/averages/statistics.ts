import { fromNumbers, type Tensor, toNumbers } from '../../../core/index.js';
import type { TrainingBatch } from '../batch.js';
import type { Trainer } from '../trainer.js';

/**
 * Sets the running statistics that training moves to the mean of those of all batches with the present weights, as PyTorch's `update_bn` does. Where no
 * statistics move, nothing is computed.
 */
export async function estimateStatistics(trainer: Trainer, batches: AsyncIterable<TrainingBatch>): Promise<void> {
  const { statistics } = await trainer.forward();
  if (statistics.length === 0) return;
  const sums = new Map<string, { readonly like: Tensor; readonly sum: Float64Array }>();
  let count = 0;
  for await (const batch of batches) {
    const found = await trainer.batchStatistics(batch, `statistics.${count}`);
    for (const [name, tensor] of Object.entries(found)) {
      const { sum } = sums.get(name) ?? { sum: new Float64Array(tensor.data.length) };
      for (const [i, value] of toNumbers(tensor).entries()) sum[i] = (sum[i] as number) + value;
      sums.set(name, { like: tensor, sum });
    }
    count++;
  }
  const means = [...sums].map(
    ([name, { like, sum }]) =>
      [
        name,
        fromNumbers(
          like.type,
          like.dims,
          Array.from(sum, (value) => value / count),
        ),
      ] as const,
  );
  await trainer.spec.device.put(Object.fromEntries(means));
}
