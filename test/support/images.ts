import { Random } from '../../src/core/index.js';
import type { Dataset } from '../../src/learning/data/index.js';

/** Pixels of a side. */
const SIZE = 32;

/** Images in memory, `counts[c]` of class c: noise, redder the higher the class. */
export function tinted(...counts: readonly number[]): Dataset {
  const labels = counts.flatMap((count, name) => new Array<number>(count).fill(name));
  return {
    name: 'memory',
    kind: 'image',
    size: labels.length,
    target: { kind: 'classes', names: counts.map((_, name) => `tint ${name}`) },
    sample: (index) => ({ id: String(index), label: labels[index], location: `memory:${index}` }),
    load: async (index) => ({ kind: 'image', image: { width: SIZE, height: SIZE, channels: 3, data: drawn(labels[index] ?? 0, index) } }),
    bytes: async () => new Uint8Array(),
    close: async () => {},
  };
}

function drawn(label: number, index: number): Uint8Array {
  const random = new Random(0, index);
  const red = 60 + 80 * label;
  return Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => (i % 3 === 0 ? red : 100) + random.uniform(-40, 40));
}
