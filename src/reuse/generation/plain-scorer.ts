import type { Model } from '../../engine/graph/index.js';
import type { Device } from '../../engine/runtime/index.js';
import type { Scorer } from './scorer.js';

/** A language model that computes all tokens anew for each one that follows. @throws RUNTIME_COMPILE */
export async function openPlainScorer(device: Device, model: Model): Promise<Scorer> {
  const { graph } = model;
  const inputs = graph.inputs.flatMap(({ name }) => (graph.initializers.has(name) ? [] : [name]));
  const output = graph.outputs[0]?.name as string;
  const program = await device.compile({ ...model, graph: { ...graph, outputs: graph.outputs.slice(0, 1) } });
  return {
    takesPadding: true,
    scores: async (batch) => {
      // A text does not see what is behind it.
      const feeds = Object.entries(batch.paddedBehind()).filter(([name]) => inputs.includes(name));
      const { data, dims } = (await program.run({}, Object.fromEntries(feeds)))[output] as { data: Float32Array; dims: readonly number[] };
      const [, length = 0, size = 0] = dims;
      return batch.rows.map((row, index) => data.slice((index * length + row.length - 1) * size, (index * length + row.length) * size));
    },
    release: () => program.release(),
  };
}
