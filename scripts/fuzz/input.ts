import { Random } from '../../src/core/index.js';
import type { Sample } from './corpora/sample.js';
import { damageFiles } from './damage/index.js';

/** Input `index` of a run: it depends on the seed and this number alone, so that one input can be made again. */
export function inputAt(samples: readonly Sample[], seed: number, index: number): Sample {
  const sample = samples[index % samples.length] as Sample;
  return { ...sample, files: damageFiles(sample.files, new Random(seed, `fuzz ${index}`)) };
}

export function byteLengthOf({ files }: Sample): number {
  return Object.values(files).reduce((sum, bytes) => sum + bytes.byteLength, 0);
}
