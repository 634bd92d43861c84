import { averagePool, type ConvOptions, concatenate, flatten, globalAverage, maxPool, type Value } from '../../torch-layers/index.js';
import type { ArchitectureTable } from './architecture.js';
import { basicConv } from './basic-conv.js';
import { classify } from './classify.js';

type Block = (x: Value, name: string) => Value;

/** Smaller: no padding and every other place. */
const halving: ConvOptions = { stride: 2, padding: 0 };

/** Convolutions `branch_1`, `branch_2` … up to `depth`, the last with `options`. */
function chain(x: Value, branch: string, depth: number, options: ConvOptions = {}): Value {
  let y = x;
  for (let i = 1; i <= depth; i++) y = basicConv(y, `${branch}_${i}`, i === depth ? options : {});
  return y;
}

function join(x: Value, name: string, branches: readonly [Value, ...Value[]]): Value {
  return x.net.rename(concatenate(branches, 1), name);
}

function pooledBranch(x: Value, name: string): Value {
  return basicConv(averagePool(x, 3, { stride: 1, padding: 1 }), `${name}.branch_pool`);
}

/** Of 35×35 places: 1×1, 5×5 and twice 3×3. */
const small: Block = (x, name) =>
  join(x, name, [basicConv(x, `${name}.branch1x1`), chain(x, `${name}.branch5x5`, 2), chain(x, `${name}.branch3x3dbl`, 3), pooledBranch(x, name)]);

/** From 35×35 to 17×17 places. */
const toMiddle: Block = (x, name) =>
  join(x, name, [basicConv(x, `${name}.branch3x3`, halving), chain(x, `${name}.branch3x3dbl`, 3, halving), maxPool(x, 3, { stride: 2 })]);

/** Of 17×17 places: 7×7 as 1×7 and 7×1, once and twice. */
const middle: Block = (x, name) =>
  join(x, name, [basicConv(x, `${name}.branch1x1`), chain(x, `${name}.branch7x7`, 3), chain(x, `${name}.branch7x7dbl`, 5), pooledBranch(x, name)]);

/** From 17×17 to 8×8 places. */
const toLarge: Block = (x, name) =>
  join(x, name, [chain(x, `${name}.branch3x3`, 2, halving), chain(x, `${name}.branch7x7x3`, 4, halving), maxPool(x, 3, { stride: 2 })]);

/** Of 8×8 places: 3×3 ends in 1×3 beside 3×1. */
const large: Block = (x, name) => {
  const forked = (stem: Value, branch: string): Value => concatenate([basicConv(stem, `${branch}a`), basicConv(stem, `${branch}b`)], 1);
  return join(x, name, [
    basicConv(x, `${name}.branch1x1`),
    forked(chain(x, `${name}.branch3x3`, 1), `${name}.branch3x3_2`),
    forked(chain(x, `${name}.branch3x3dbl`, 2), `${name}.branch3x3dbl_3`),
    pooledBranch(x, name),
  ]);
};

const blocks: readonly (readonly [name: string, block: Block])[] = [
  ...(['5b', '5c', '5d'] as const).map((letter) => [letter, small] as const),
  ['6a', toMiddle],
  ...(['6b', '6c', '6d', '6e'] as const).map((letter) => [letter, middle] as const),
  ['7a', toLarge],
  ...(['7b', '7c'] as const).map((letter) => [letter, large] as const),
];

function stem(images: Value): Value {
  const first = basicConv(basicConv(images, 'Conv2d_1a_3x3', halving), 'Conv2d_2a_3x3', { padding: 0 });
  const pooled = maxPool(basicConv(first, 'Conv2d_2b_3x3'), 3, { stride: 2 });
  return maxPool(basicConv(basicConv(pooled, 'Conv2d_3b_1x1'), 'Conv2d_4a_3x3', { padding: 0 }), 3, { stride: 2 });
}

/**
 * Inception v3, for images scaled to ±1: torchvision's `transform_input` makes them that.
 * Source: Szegedy et al. 2015, arXiv:1512.00567; torchvision/models/inception.py
 */
export const inceptions: ArchitectureTable = {
  inception_v3: {
    size: 299,
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    unneeded: /^AuxLogits\./,
    build: (_, images) => {
      const last = blocks.reduce((x, [place, block]) => block(x, `Mixed_${place}`), stem(images));
      return classify(flatten(globalAverage(last)), 'fc');
    },
  },
};
