import { float32, fromNumbers, int64 } from '../../../core/index.js';
import type { AttributeValue, Graph, Node, StandardOp, StoredTensor, ValueInfo } from '../../../engine/graph/index.js';
import { unused } from '../features.js';
import { uniform } from '../head.js';
import { makeNode, namesIn } from '../nodes.js';
import type { Extent, FeatureMap } from './feature-map.js';

export interface ConvOptions {
  readonly channels: number;
  /** Side of the kernel; padded so that maps keep their size. Default 1. */
  readonly kernel?: number;
  readonly dilation?: number;
  /** Default: all channels together. */
  readonly groups?: number;
  /** Default: none, as before a normalisation. */
  readonly bias?: boolean;
}

/** Layers of PyTorch that are put on a graph, with new weights drawn as PyTorch draws them: the stream of each is its name. */
export class Layers {
  readonly #graph: Graph;
  readonly #seed: number;
  readonly #taken: Set<string>;
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<string, StoredTensor>();

  constructor(graph: Graph, seed: number) {
    this.#graph = graph;
    this.#seed = seed;
    this.#taken = namesIn(graph);
  }

  /** `Conv2d` with weights `name.weight` `[out, in / groups, k, k]` and `name.bias`, from U(−1/√fan-in, 1/√fan-in). */
  conv(x: FeatureMap, name: string, { channels, kernel = 1, dilation = 1, groups = 1, bias = false }: ConvOptions): FeatureMap {
    const dims = [channels, x.channels / groups, kernel, kernel];
    const bound = 1 / Math.sqrt((x.channels / groups) * kernel * kernel);
    const weight = this.#drawn(`${name}.weight`, dims, bound);
    const inputs = bias ? [x.name, weight, this.#drawn(`${name}.bias`, [channels], bound)] : [x.name, weight];
    const pad = (dilation * (kernel - 1)) / 2;
    const settings = { kernel_shape: [kernel, kernel], strides: [1, 1], dilations: [dilation, dilation], pads: [pad, pad, pad, pad], group: groups };
    return { ...x, name: this.#node('Conv', inputs, name, settings), channels };
  }

  /** `BatchNorm2d` with scale 1, shift 0, mean 0 and variance 1. */
  norm(x: FeatureMap, name: string): FeatureMap {
    const parts = { weight: 1, bias: 0, running_mean: 0, running_var: 1 };
    const inputs = Object.entries(parts).map(([part, value]) =>
      this.#stored(`${name}.${part}`, float32([x.channels], new Float32Array(x.channels).fill(value))),
    );
    return { ...x, name: this.#node('BatchNormalization', [x.name, ...inputs], name, { epsilon: 1e-5, momentum: 0.9 }) };
  }

  relu(x: FeatureMap): FeatureMap {
    return { ...x, name: this.#node('Relu', [x.name], `${x.name}/relu`) };
  }

  sigmoid(x: FeatureMap): FeatureMap {
    return { ...x, name: this.#node('Sigmoid', [x.name], `${x.name}/sigmoid`) };
  }

  /** The layer itself where nothing is dropped. @param ratio 0 to 1 */
  dropout(x: FeatureMap, name: string, ratio: number): FeatureMap {
    if (ratio === 0) return x;
    return { ...x, name: this.#node('Dropout', [x.name, this.#stored(`${name}.ratio`, float32([], [ratio]))], name) };
  }

  /** The mean of each channel, `[N, C, 1, 1]`. */
  mean(x: FeatureMap): FeatureMap {
    return { ...x, name: this.#node('GlobalAveragePool', [x.name], `${x.name}/mean`), height: 1, width: 1 };
  }

  /** `F.interpolate(mode="bilinear", align_corners=False)`; the map itself where it has that size. */
  resize(x: FeatureMap, { height, width }: Extent): FeatureMap {
    if (x.height === height && x.width === width) return x;
    const sizes = this.#stored('head/size', int64([2], [height, width]));
    const settings = { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel', axes: [2, 3] };
    return { ...x, name: this.#node('Resize', [x.name, '', '', sizes], `${x.name}/resized`, settings), height, width };
  }

  concat(maps: readonly FeatureMap[], name: string): FeatureMap {
    const [first] = maps as [FeatureMap];
    const inputs = maps.map((map) => map.name);
    const channels = maps.reduce((sum, map) => sum + map.channels, 0);
    return { ...first, name: this.#node('Concat', inputs, name, { axis: 1 }), channels };
  }

  add(a: FeatureMap, b: FeatureMap, name: string): FeatureMap {
    return { ...a, name: this.#node('Add', [a.name, b.name], name) };
  }

  multiply(a: FeatureMap, b: FeatureMap, name: string): FeatureMap {
    return { ...a, name: this.#node('Mul', [a.name, b.name], name) };
  }

  /** Tokens `[N, T, C]` behind the first `skipped` ones as a map, row by row. */
  grid(tokens: string, channels: number, skipped: number, extent: Extent): FeatureMap {
    const name = `${tokens}/grid`;
    const bounds = [skipped, skipped + extent.height * extent.width, 1].map((value, i) => this.#stored(`${name}/bound${i}`, int64([1], [value])));
    const patches = this.#node('Slice', [tokens, ...bounds], `${name}/patches`);
    const turned = this.#node('Transpose', [patches], `${name}/turned`, { perm: [0, 2, 1] });
    const shape = this.#stored(`${name}/shape`, fromNumbers('int64', [4], [0, channels, extent.height, extent.width]));
    return { ...extent, channels, name: this.#node('Reshape', [turned, shape], name) };
  }

  /** The graph with the layers on it, and these outputs under names of their own. */
  graph(outputs: Readonly<Record<string, FeatureMap>>): { readonly graph: Graph; readonly names: string[] } {
    const infos = Object.entries(outputs).map(([name, map]): ValueInfo => {
      const unique = this.#node('Identity', [map.name], name);
      return { name: unique, type: { kind: 'tensor', type: 'float32', dims: [null, map.channels, map.height, map.width] } };
    });
    const { nodes, initializers } = this.#graph;
    const graph = {
      ...this.#graph,
      nodes: [...nodes, ...this.#nodes],
      initializers: new Map([...initializers, ...this.#initializers]),
      outputs: infos,
    };
    return { graph, names: infos.map(({ name }) => name) };
  }

  #drawn(name: string, dims: readonly number[], bound: number): string {
    const unique = unused(name, this.#taken);
    this.#initializers.set(unique, uniform(dims, bound, this.#seed, unique));
    return unique;
  }

  #stored(name: string, value: StoredTensor): string {
    const unique = unused(name, this.#taken);
    this.#initializers.set(unique, value);
    return unique;
  }

  #node(op: StandardOp, inputs: readonly string[], name: string, settings: Readonly<Record<string, AttributeValue>> = {}): string {
    const output = unused(name, this.#taken);
    this.#nodes.push(makeNode(op, inputs, output, settings));
    return output;
  }
}

/** Convolution, normalisation, ReLU. */
export function convNormRelu(l: Layers, x: FeatureMap, [conv, norm]: readonly [string, string], options: ConvOptions): FeatureMap {
  return l.relu(l.norm(l.conv(x, conv, options), norm));
}
