import type { Tensor } from '../../src/core/index.js';
import type { Graph, Node } from '../../src/engine/graph/index.js';

/** A convolution with what follows it: BatchNormalization inside its weights, and the activation. */
export interface Convolution {
  readonly kind: 'convolution';
  readonly input: string;
  readonly output: string;
  /** `[out, in / groups, height, width]`, row-major. */
  readonly weight: Float32Array;
  readonly dims: readonly number[];
  /** `[out]`. */
  readonly bias: Float32Array;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
  readonly relu6: boolean;
}

export type Layer =
  | Convolution
  | { readonly kind: 'add'; readonly inputs: readonly string[]; readonly output: string }
  /** Mean over the image. */
  | { readonly kind: 'pool'; readonly input: string; readonly output: string };

const EPSILON = 1e-5;

/** MobileNetV2's features as the layers that an engine without ONNX would be given; other networks may not be of these. */
export function foldedLayers({ nodes, initializers }: Graph): Layer[] {
  const reader = (name: string): Node | undefined => nodes.find((node) => node.inputs[0] === name && node.op !== 'Add');
  const tensor = (name = ''): Tensor => initializers.get(name) as Tensor;
  return nodes.flatMap((node): Layer[] => {
    const [output = ''] = node.outputs;
    if (node.op === 'Add') return [{ kind: 'add', inputs: node.inputs, output }];
    if (node.op === 'GlobalAveragePool') return [{ kind: 'pool', input: node.inputs[0] ?? '', output }];
    if (node.op !== 'Conv') return [];
    const norm = reader(output) as Node;
    const clip = reader(norm.outputs[0] ?? '');
    const relu6 = clip?.op === 'Clip';
    const end = (relu6 ? clip : norm).outputs[0] ?? '';
    const folded = fold(tensor(node.inputs[1]), norm.inputs.slice(1).map(tensor));
    return [{ kind: 'convolution', input: node.inputs[0] ?? '', output: end, ...folded, ...geometry(node), relu6 }];
  });
}

function fold({ data, dims }: Tensor, norm: readonly Tensor[]): Pick<Convolution, 'weight' | 'dims' | 'bias'> {
  const at = (index: number, channel: number): number => Number(norm[index]?.data[channel]);
  const factor = (channel: number): number => at(0, channel) / Math.sqrt(at(3, channel) + EPSILON);
  const width = data.length / (dims[0] as number);
  const weight = Float32Array.from(data as Float32Array, (value, i) => value * factor(Math.floor(i / width)));
  const bias = Float32Array.from({ length: dims[0] as number }, (_, channel) => at(1, channel) - at(2, channel) * factor(channel));
  return { weight, dims, bias };
}

function geometry({ attributes }: Node): Pick<Convolution, 'stride' | 'padding' | 'groups'> {
  const first = (name: string, otherwise: number): number => {
    const value = attributes[name];
    if (value?.kind === 'ints') return value.value[0] ?? otherwise;
    return value?.kind === 'int' ? value.value : otherwise;
  };
  return { stride: first('strides', 1), padding: first('pads', 0), groups: first('group', 1) };
}
