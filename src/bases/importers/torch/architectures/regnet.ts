import { add, convNorm, flatten, globalAverage, noActivation, relu, type Value } from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { classify } from './classify.js';
import { squeezeExcitation } from './squeeze-excitation.js';

/** A bottleneck of 1×1, grouped 3×3 and 1×1, added to its input. */
function block(x: Value, name: string, stride: number): Value {
  const { net } = x;
  const shortcut = net.has(`${name}.proj.0.weight`) ? convNorm(x, `${name}.proj`, { stride, activation: noActivation }) : x;
  const middle = convNorm(convNorm(x, `${name}.f.a`), `${name}.f.b`, { stride });
  const weighted = net.has(`${name}.f.se.fc1.weight`) ? squeezeExcitation(middle, `${name}.f.se`) : middle;
  return net.rename(relu(add(shortcut, convNorm(weighted, `${name}.f.c`, { activation: noActivation }))), name);
}

function stage(x: Value, prefix: string): Value {
  let y = x;
  for (let i = 0; i < x.net.countOf(prefix); i++) y = block(y, `${prefix}${i}`, i === 0 ? 2 : 1);
  return y;
}

/**
 * RegNetX and, with squeeze-and-excitation, RegNetY. All of them are this: the weights tell widths, groups and depths.
 * Source: Radosavovic et al. 2020, arXiv:2003.13678; torchvision/models/regnet.py
 */
function regnet(size = 224): Architecture {
  return {
    size,
    build: (_, images) => {
      const stem = convNorm(images, 'stem', { stride: 2 });
      const last = [1, 2, 3, 4].reduce((x, i) => stage(x, `trunk_output.block${i}.block${i}-`), stem);
      return classify(flatten(globalAverage(last)), 'fc');
    },
  };
}

export const regnets: ArchitectureTable = {
  regnet_x_400mf: regnet(),
  regnet_x_800mf: regnet(),
  regnet_x_1_6gf: regnet(),
  regnet_x_3_2gf: regnet(),
  regnet_x_8gf: regnet(),
  regnet_x_16gf: regnet(),
  regnet_x_32gf: regnet(),
  regnet_y_400mf: regnet(),
  regnet_y_800mf: regnet(),
  regnet_y_1_6gf: regnet(),
  regnet_y_3_2gf: regnet(),
  regnet_y_8gf: regnet(),
  regnet_y_16gf: regnet(),
  regnet_y_32gf: regnet(),
  // Published with weights for images of this size only.
  regnet_y_128gf: regnet(384),
};
