import { batchNorm, type ConvOptions, conv, relu, type Value } from '../../torch-layers/index.js';

/** `BasicConv2d` of GoogLeNet and Inception: convolution `name.conv`, batch normalisation `name.bn` and ReLU, padded by half the kernel. */
export function basicConv(x: Value, name: string, options: ConvOptions = {}): Value {
  return x.net.rename(relu(batchNorm(conv(x, `${name}.conv`, { padding: 'half', ...options }), `${name}.bn`, 0.001)), name);
}
