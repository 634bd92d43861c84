import { activate, averagePool, batchNorm, classifier, concatenate, conv, maxPool, type Pair } from './layers.js';
import type { Value } from './network.js';
import type { Applications, Design } from './types.js';

interface Options {
  readonly strides?: number;
  readonly padding?: 'same' | 'valid';
}

/** Convolution, normalisation without scale, ReLU. */
function unit(x: Value, filters: number, kernel: Pair, { strides = 1, padding = 'same' }: Options = {}): Value {
  return activate(batchNorm(conv(x, filters, kernel, { strides, padding, bias: false }), { scale: false }), 'relu');
}

/** One unit after the other, all with as many filters but the last. */
function chain(x: Value, inner: number, outer: number, kernels: readonly Pair[]): Value {
  return kernels.reduce((y, kernel, i) => unit(y, i === kernels.length - 1 ? outer : inner, kernel), x);
}

function pooled(x: Value, filters: number): Value {
  return unit(averagePool(x, 3, { strides: 1, padding: 'same' }), filters, 1);
}

const HALVED = { strides: 2, padding: 'valid' } as const;
const ROW = [1, 7] as const;
const COLUMN = [7, 1] as const;

/** 35 × 35. */
function moduleA(x: Value, pool: number, name: string): Value {
  const single = unit(x, 64, 1);
  const five = unit(unit(x, 48, 1), 64, 5);
  const double = unit(unit(unit(x, 64, 1), 96, 3), 96, 3);
  return concatenate([single, five, double, pooled(x, pool)], name);
}

/** 17 × 17, with windows of 7 in two steps. */
function moduleB(x: Value, inner: number, name: string): Value {
  const single = unit(x, 192, 1);
  const seven = chain(x, inner, 192, [1, ROW, COLUMN]);
  const double = chain(x, inner, 192, [1, COLUMN, ROW, COLUMN, ROW]);
  return concatenate([single, seven, double, pooled(x, 192)], name);
}

/** 8 × 8, which ends in rows beside columns. */
function moduleC(x: Value, name: string, inner: string): Value {
  const single = unit(x, 320, 1);
  const three = split(unit(x, 384, 1), inner);
  const double = split(unit(unit(x, 448, 1), 384, 3));
  return concatenate([single, three, double, pooled(x, 192)], name);
}

function split(x: Value, name?: string): Value {
  return concatenate([unit(x, 384, [1, 3]), unit(x, 384, [3, 1])], name);
}

function stem(image: Value): Value {
  let x = unit(image, 32, 3, HALVED);
  x = unit(unit(x, 32, 3, { padding: 'valid' }), 64, 3);
  x = unit(maxPool(x, 3, { strides: 2 }), 80, 1, { padding: 'valid' });
  return maxPool(unit(x, 192, 3, { padding: 'valid' }), 3, { strides: 2 });
}

function reductionA(x: Value): Value {
  const three = unit(x, 384, 3, HALVED);
  const double = unit(unit(unit(x, 64, 1), 96, 3), 96, 3, HALVED);
  return concatenate([three, double, maxPool(x, 3, { strides: 2 })], 'mixed3');
}

function reductionB(x: Value): Value {
  const three = unit(unit(x, 192, 1), 320, 3, HALVED);
  const seven = unit(chain(x, 192, 192, [1, ROW, COLUMN]), 192, 3, HALVED);
  return concatenate([three, seven, maxPool(x, 3, { strides: 2 })], 'mixed8');
}

/** Source: Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016. */
const inceptionV3: Design = (image, classes) => {
  let x = stem(image);
  for (const [i, pool] of [32, 64, 64].entries()) x = moduleA(x, pool, `mixed${i}`);
  x = reductionA(x);
  for (const [i, inner] of [128, 160, 160, 192].entries()) x = moduleB(x, inner, `mixed${i + 4}`);
  x = reductionB(x);
  for (let i = 0; i < 2; i++) x = moduleC(x, `mixed${i + 9}`, `mixed9_${i}`);
  return classes === undefined ? x : classifier(x, classes);
};

export const inceptionV3s: Applications = { InceptionV3: { size: 299, preparation: 'tf', designs: [inceptionV3] } };
