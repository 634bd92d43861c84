import { add, batchNorm, channelsOf, conv, convNorm, flatten, globalAverage, relu6, type Value } from '../../torch-layers/index.js';
import type { ArchitectureTable } from './architecture.js';
import { classify } from './classify.js';

/** Wider by 1×1 (but in the first block), depthwise 3×3, narrow again without an activation; added to its input where both are alike. */
function invertedResidual(x: Value, name: string, stride: number): Value {
  const isWider = x.net.has(`${name}.conv.3.weight`);
  const wide = isWider ? convNorm(x, `${name}.conv.0`, { activation: relu6 }) : x;
  const places = isWider ? [1, 2, 3] : [0, 1, 2];
  const [depthwise, narrow, normal] = places.map((place) => `${name}.conv.${place}`) as [string, string, string];
  const y = batchNorm(conv(convNorm(wide, depthwise, { stride, activation: relu6 }), narrow), normal);
  return x.net.rename(stride === 1 && channelsOf(x) === channelsOf(y) ? add(x, y) : y, name);
}

const strides = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1];

/** Source: Sandler et al. 2018, arXiv:1801.04381; torchvision/models/mobilenetv2.py */
export const mobilenetsV2: ArchitectureTable = {
  mobilenet_v2: {
    size: 224,
    build: (_, images) => {
      const stem = convNorm(images, 'features.0', { stride: 2, activation: relu6 });
      const narrow = strides.reduce((x, stride, i) => invertedResidual(x, `features.${i + 1}`, stride), stem);
      const last = convNorm(narrow, `features.${strides.length + 1}`, { activation: relu6 });
      return classify(flatten(globalAverage(last)), 'classifier.1');
    },
  },
};
