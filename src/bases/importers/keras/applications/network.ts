import type { JsonObject } from '../../json.js';
import { LayerConfig, type LayerSpec, type ModelSpec, type Operand, type TensorRef } from '../../keras-layers/index.js';
import { snakeCase } from '../variables.js';
import { inKerasOrder } from './order.js';

/** A value between layers while a network is written down: images `[N, height, width, channels]`, or vectors `[N, channels]`. */
export interface Value {
  readonly net: Network;
  readonly layer: string;
  /** Height and width; empty for vectors. */
  readonly size: readonly number[];
  readonly channels: number;
}

/** The dimensions of a layer's weights by name, in the order in which Keras makes them. */
export type WeightDims = Readonly<Record<string, readonly number[]>>;

/** A layer to be added. */
export interface NewLayer {
  readonly type: string;
  /** What it is given; a number where the layer is an arithmetic operation. */
  readonly inputs: readonly (Value | number)[];
  /** Keras numbers layers of the same class without one: `conv2d`, `conv2d_1` … */
  readonly name?: string | undefined;
  readonly config?: JsonObject;
  readonly weights?: WeightDims;
  /** What differs of its value from that of its first input. */
  readonly shape?: Partial<Pick<Value, 'size' | 'channels'>>;
}

/** A model's layers and the dimensions that its weights have. */
export interface Architecture {
  readonly spec: ModelSpec;
  /** By `layer/weight`, in nested models by `model/layer/weight`. */
  readonly dims: ReadonlyMap<string, readonly number[]>;
}

/** The layers of a functional model while it is written down. */
export class Network {
  readonly #layers = new Map<string, LayerSpec>();
  readonly #dims = new Map<string, readonly number[]>();
  readonly #counts = new Map<string, number>();

  /** An image input `[N, height, width, channels]`. */
  input(size: readonly number[], channels: number): Value {
    const name = this.#nameFor('InputLayer');
    this.#layers.set(name, { name, kind: 'input', calls: [], input: { shape: [null, ...size, channels], type: 'float32' } });
    return { net: this, layer: name, size, channels };
  }

  add({ type, inputs, name = this.#nameFor(type), config = {}, weights = {}, shape = {} }: NewLayer): Value {
    this.#layers.set(name, { name, kind: 'layer', config: new LayerConfig(name, type, config), calls: [inputs.map(operandOf)] });
    for (const [weight, dims] of Object.entries(weights)) this.#dims.set(`${name}/${weight}`, dims);
    return this.#valueOf(name, inputs, shape);
  }

  /** Adds a model of its own, through which `x` goes. */
  sequential(x: Value, name: string, write: (x: Value) => Value): Value {
    const inner = new Network();
    const result = write(inner.input(x.size, x.channels));
    const { spec, dims } = inner.finish(name, result, 'Sequential');
    this.#layers.set(name, { name, kind: 'model', model: spec, calls: [[operandOf(x)]] });
    for (const [weight, shape] of dims) this.#dims.set(`${name}/${weight}`, shape);
    return this.#valueOf(name, [x], result);
  }

  /** The model that ends in `output`. */
  finish(name: string, output: Value, type = 'Functional'): Architecture {
    const layers = inKerasOrder(this.#layers, output.layer);
    const inputs = layers.filter(({ kind }) => kind === 'input').map((layer) => refTo(layer.name));
    return { spec: { name, type, layers, inputs, outputs: [refTo(output.layer)] }, dims: this.#dims };
  }

  #valueOf(layer: string, inputs: readonly (Value | number)[], shape: NewLayer['shape']): Value {
    const first = inputs.find((input) => typeof input !== 'number');
    return { net: this, layer, size: shape?.size ?? first?.size ?? [], channels: shape?.channels ?? first?.channels ?? 0 };
  }

  #nameFor(type: string): string {
    const base = snakeCase(type);
    const count = this.#counts.get(base) ?? 0;
    this.#counts.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  }
}

function operandOf(input: Value | number): Operand {
  return typeof input === 'number' ? input : refTo(input.layer);
}

function refTo(layer: string): TensorRef {
  return { layer, call: 0, output: 0 };
}
