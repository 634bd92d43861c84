import { type Tensor, toNumbers } from '../../../core/index.js';
import { readSafetensorsFile } from '../../../learning/data/index.node.js';

/** A loss and its gradients by parameter. */
export interface Gradients {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Tensor>;
}

/** Name of the tensor that holds the loss, beside one for each parameter. */
export const LOSS_TENSOR = 'loss';

/** How far two sets of gradients are apart. */
export interface GradientComparison {
  /** The file compared with. */
  readonly file: string;
  /** |a − b| / |b| of the losses; `undefined` where the file has none. */
  readonly loss: number | undefined;
  /** ‖a − b‖ / ‖b‖ of each gradient, the largest first. */
  readonly differences: readonly { readonly name: string; readonly difference: number }[];
  /** Names that only one side has, or that have another shape there. */
  readonly unmatched: readonly string[];
}

/**
 * A gradient whose norm is below this share of the largest one is zero but for rounding (a bias in front of a BatchNorm); its difference is
 * taken relative to the share.
 */
const NEGLIGIBLE = 1e-6;

/** Compares gradients with those in a `.safetensors` file. @throws DATA_NOT_FOUND, DATA_FORMAT_BROKEN */
export async function compareGradients(own: Gradients, file: string): Promise<GradientComparison> {
  const { tensors, metadata } = await readSafetensorsFile(file);
  const others = new Map([...tensors].filter(([name]) => name !== LOSS_TENSOR || own.gradients.has(name)));
  const largest = Math.max(0, ...[...others.values()].map((tensor) => norm(toNumbers(tensor))));
  const matched = [...own.gradients].filter(([name, { dims }]) => String(others.get(name)?.dims) === String(dims));
  const differences = matched.map(([name, tensor]) => ({ name, difference: relative(tensor, others.get(name) as Tensor, NEGLIGIBLE * largest) }));
  const found = new Set(matched.map(([name]) => name));
  return {
    file,
    loss: lossDifference(own.loss, tensors.get(LOSS_TENSOR), metadata.get('loss')),
    differences: differences.sort((a, b) => b.difference - a.difference),
    unmatched: [...new Set([...own.gradients.keys(), ...others.keys()])].filter((name) => !found.has(name)),
  };
}

function lossDifference(own: number, tensor: Tensor | undefined, text: string | undefined): number | undefined {
  const other = text === undefined ? tensor && toNumbers(tensor)[0] : Number(text);
  return other === undefined ? undefined : Math.abs(own - other) / Math.abs(other);
}

function relative(a: Tensor, b: Tensor, least: number): number {
  const [left, right] = [toNumbers(a), toNumbers(b)];
  const difference = norm(left.map((value, i) => value - (right[i] as number)));
  return difference === 0 ? 0 : difference / Math.max(norm(right), least);
}

/** Euclidean length. */
export function norm(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
