import { crossEntropy } from './cross-entropy.js';
import type { Loss } from './loss.js';

export interface ArcFaceOptions {
  /** Added to the angle between a sample and the centre of its class, in radians; from 0 to below π. */
  readonly margin: number;
  /** Multiplies the cosines. Above 0. */
  readonly scale: number;
}

/** The least sin² of an angle that a gradient is taken of: that of the angle itself is infinite at 0. */
const LEAST_SINE_SQUARED = 1e-6;

/**
 * Softmax cross-entropy over `scale` times the cosines of a sample and the centre of each class, where the angle θ to its own class counts as θ + margin
 * (Deng et al., ArcFace, arXiv 1801.07698, equation 3). Where θ + margin passes π, its cosine goes on as cos θ − margin · sin margin, as in the
 * authors' implementation, so that it falls with θ throughout.
 *
 * @param classes the number of classes C: the last C columns of the output `[N, D + C]` are the cosines; class indices int64 `[N]`
 */
export function arcFace({ margin, scale, classes }: ArcFaceOptions & { readonly classes: number }): Loss {
  const build: Loss['build'] = (b, { output, target, mask }) => {
    const width = output.dims[1] as number;
    const cosines = b.slice(output, [width - classes], [width], [1]);
    const bounds = b.cast(b.constant({ type: 'float32', dims: [2], data: Float32Array.of(0, 1) }), output.type);
    const own = b.op('OneHot', [target, b.ints([classes]), bounds]);
    const cosine = b.reduceSum(b.mul(cosines, own), [1]);
    const sine = b.sqrt(b.op('Max', [b.sub(1, b.mul(cosine, cosine)), b.scalar(output.type, LEAST_SINE_SQUARED)]));
    const further = b.sub(b.mul(cosine, Math.cos(margin)), b.mul(sine, Math.sin(margin)));
    const beyond = b.sub(cosine, margin * Math.sin(margin));
    const moved = b.where(b.greater(cosine, Math.cos(Math.PI - margin)), further, beyond);
    const logits = b.mul(b.add(cosines, b.mul(own, b.sub(moved, cosine))), scale);
    return crossEntropy({ labelSmoothing: 0 }).build(b, { output: logits, target, mask });
  };
  return { build, weight: (_, samples) => samples };
}
