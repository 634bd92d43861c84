import { type Activation, conv, globalAverage, multiply, relu, sigmoid, type Value } from '../../torch-layers/index.js';

interface SqueezeExcitationOptions {
  readonly activation?: Activation;
  readonly gate?: Activation;
}

/**
 * Channels of `[N, C, H, W]` weighted by a gate `[N, C, 1, 1]` that two 1×1 convolutions `name.fc1` and `name.fc2` compute from their means.
 * Source: Hu et al. 2017, arXiv:1709.01507; torchvision/ops/misc.py
 */
export function squeezeExcitation(x: Value, name: string, { activation = relu, gate = sigmoid }: SqueezeExcitationOptions = {}): Value {
  const squeezed = activation(conv(globalAverage(x), `${name}.fc1`));
  return x.net.rename(multiply(x, gate(conv(squeezed, `${name}.fc2`))), name);
}
