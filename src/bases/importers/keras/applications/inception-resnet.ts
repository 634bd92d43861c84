import { activate, averagePool, batchNorm, classifier, concatenate, conv, maxPool, type Pair } from './layers.js';
import type { Value } from './network.js';
import type { Applications, Design } from './types.js';

interface Options {
  readonly strides?: number;
  readonly padding?: 'same' | 'valid';
  readonly name?: string;
}

/** Convolution, normalisation without scale, ReLU. */
function unit(x: Value, filters: number, kernel: Pair, { strides = 1, padding = 'same', name }: Options = {}): Value {
  const y = batchNorm(conv(x, filters, kernel, { strides, padding, bias: false, name }), { scale: false, name: name && `${name}_bn` });
  return activate(y, 'relu', name && `${name}_ac`);
}

const VALID = { padding: 'valid' } as const;
const HALVED = { strides: 2, padding: 'valid' } as const;

/** The branches of a residual block, by the side of the image there. */
const BRANCHES = {
  block35: (x) => [unit(x, 32, 1), unit(unit(x, 32, 1), 32, 3), unit(unit(unit(x, 32, 1), 48, 3), 64, 3)],
  block17: (x) => [unit(x, 192, 1), unit(unit(unit(x, 128, 1), 160, [1, 7]), 192, [7, 1])],
  block8: (x) => [unit(x, 192, 1), unit(unit(unit(x, 192, 1), 224, [1, 3]), 256, [3, 1])],
} as const satisfies Readonly<Record<string, (x: Value) => readonly [Value, ...Value[]]>>;

/** Adds a share of what the branches say; the last block ends without ReLU. */
function residual(x: Value, kind: keyof typeof BRANCHES, index: number, scale: number, ends = false): Value {
  const name = `${kind}_${index}`;
  const mixed = concatenate(BRANCHES[kind](x), `${name}_mixed`);
  const up = conv(mixed, x.channels, 1, { padding: 'same', name: `${name}_conv` });
  const sum = x.net.add({ type: 'CustomScaleLayer', inputs: [x, up], config: { scale } });
  return ends ? sum : activate(sum, 'relu', `${name}_ac`);
}

function stem(image: Value): Value {
  let x = unit(unit(unit(image, 32, 3, HALVED), 32, 3, VALID), 64, 3);
  x = unit(unit(maxPool(x, 3, { strides: 2 }), 80, 1, VALID), 192, 3, VALID);
  return maxPool(x, 3, { strides: 2 });
}

function mixed5b(x: Value): Value {
  const single = unit(x, 96, 1);
  const five = unit(unit(x, 48, 1), 64, 5);
  const double = unit(unit(unit(x, 64, 1), 96, 3), 96, 3);
  const pooled = unit(averagePool(x, 3, { strides: 1, padding: 'same' }), 64, 1);
  return concatenate([single, five, double, pooled], 'mixed_5b');
}

function mixed6a(x: Value): Value {
  const three = unit(x, 384, 3, HALVED);
  const double = unit(unit(unit(x, 256, 1), 256, 3), 384, 3, HALVED);
  return concatenate([three, double, maxPool(x, 3, { strides: 2 })], 'mixed_6a');
}

function mixed7a(x: Value): Value {
  const first = unit(unit(x, 256, 1), 384, 3, HALVED);
  const second = unit(unit(x, 256, 1), 288, 3, HALVED);
  const third = unit(unit(unit(x, 256, 1), 288, 3), 320, 3, HALVED);
  return concatenate([first, second, third, maxPool(x, 3, { strides: 2 })], 'mixed_7a');
}

/** Source: Szegedy et al., "Inception-v4, Inception-ResNet and the impact of residual connections on learning", AAAI 2017. */
const inceptionResNetV2: Design = (image, classes) => {
  let x = mixed5b(stem(image));
  for (let i = 1; i <= 10; i++) x = residual(x, 'block35', i, 0.17);
  x = mixed6a(x);
  for (let i = 1; i <= 20; i++) x = residual(x, 'block17', i, 0.1);
  x = mixed7a(x);
  for (let i = 1; i <= 9; i++) x = residual(x, 'block8', i, 0.2);
  x = unit(residual(x, 'block8', 10, 1, true), 1536, 1, { name: 'conv_7b' });
  return classes === undefined ? x : classifier(x, classes);
};

export const inceptionResNets: Applications = { InceptionResNetV2: { size: 299, preparation: 'tf', designs: [inceptionResNetV2] } };
