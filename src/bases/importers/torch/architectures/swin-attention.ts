import { attend, inWindows, linear, mergeHeads, type Value, type Windows } from '../../torch-layers/index.js';

/** What the two versions compute of windows `[N, windows, side², C]` before they attend. */
export type Positions = (
  windows: Value,
  name: string,
  index: Value,
) => {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
  readonly factor: number;
  /** `[heads, side², side²]` */
  readonly bias: Value;
};

/** Self-attention within windows of maps `[N, H, W, C]`. */
export function attendInWindows(x: Value, name: string, windows: Windows, positions: Positions): Value {
  return inWindows(x, windows, (cut) => {
    const { q, k, v, factor, bias } = positions(cut, name, windows.index);
    return linear(mergeHeads(attend(q, k, v, { factor, biases: [bias, ...windows.masks] })), `${name}.proj`);
  });
}
