import { applications } from '../../hub/index.js';
import type { ModelFacts } from '../facts.js';

/** How the images were prepared. Source: `preprocess_input` of each application (keras.applications.imagenet_utils). */
const scalings = {
  caffe: 'BGR, the ImageNet mean subtracted',
  tf: 'RGB in [-1, 1]',
  torch: 'RGB, the ImageNet mean subtracted, divided by its standard deviation',
  inside: 'RGB in [0, 255]; the model scales it',
} as const;

interface KerasRow {
  /** Height and width of the images. */
  readonly side: number;
  readonly scaling: keyof typeof scalings;
  /** Top-1 and top-5 accuracy on the ImageNet validation set, in percent. */
  readonly top1?: number;
  readonly top5?: number;
  readonly from?: string;
  readonly data?: string;
}

const PAGE = 'https://keras.io/api/applications/';
const LARGER = 'ImageNet-21k, then ImageNet-1k';

/** Sides and scalings: the sources of Keras 3.15. Accuracies: the table of keras.io/api/applications; of MobileNetV3, which is not in it, Keras' docstring. */
const rows: Readonly<Record<string, KerasRow>> = {
  ConvNeXtBase: { side: 224, scaling: 'inside', data: LARGER },
  ConvNeXtLarge: { side: 224, scaling: 'inside', data: LARGER },
  ConvNeXtSmall: { side: 224, scaling: 'inside' },
  ConvNeXtTiny: { side: 224, scaling: 'inside' },
  ConvNeXtXLarge: { side: 224, scaling: 'inside', data: LARGER },
  DenseNet121: { side: 224, scaling: 'torch', top1: 75, top5: 92.3 },
  DenseNet169: { side: 224, scaling: 'torch', top1: 76.2, top5: 93.2 },
  DenseNet201: { side: 224, scaling: 'torch', top1: 77.3, top5: 93.6 },
  EfficientNetB0: { side: 224, scaling: 'inside', top1: 77.1, top5: 93.3 },
  EfficientNetB1: { side: 240, scaling: 'inside', top1: 79.1, top5: 94.4 },
  EfficientNetB2: { side: 260, scaling: 'inside', top1: 80.1, top5: 94.9 },
  EfficientNetB3: { side: 300, scaling: 'inside', top1: 81.6, top5: 95.7 },
  EfficientNetB4: { side: 380, scaling: 'inside', top1: 82.9, top5: 96.4 },
  EfficientNetB5: { side: 456, scaling: 'inside', top1: 83.6, top5: 96.7 },
  EfficientNetB6: { side: 528, scaling: 'inside', top1: 84, top5: 96.8 },
  EfficientNetB7: { side: 600, scaling: 'inside', top1: 84.3, top5: 97 },
  EfficientNetV2B0: { side: 224, scaling: 'inside', top1: 78.7, top5: 94.3 },
  EfficientNetV2B1: { side: 240, scaling: 'inside', top1: 79.8, top5: 95 },
  EfficientNetV2B2: { side: 260, scaling: 'inside', top1: 80.5, top5: 95.1 },
  EfficientNetV2B3: { side: 300, scaling: 'inside', top1: 82, top5: 95.8 },
  EfficientNetV2L: { side: 480, scaling: 'inside', top1: 85.7, top5: 97.5 },
  EfficientNetV2M: { side: 480, scaling: 'inside', top1: 85.3, top5: 97.4 },
  EfficientNetV2S: { side: 384, scaling: 'inside', top1: 83.9, top5: 96.7 },
  InceptionResNetV2: { side: 299, scaling: 'tf', top1: 80.3, top5: 95.3 },
  InceptionV3: { side: 299, scaling: 'tf', top1: 77.9, top5: 93.7 },
  MobileNet: { side: 224, scaling: 'tf', top1: 70.4, top5: 89.5 },
  MobileNetV2: { side: 224, scaling: 'tf', top1: 71.3, top5: 90.1 },
  MobileNetV3Large: { side: 224, scaling: 'inside', top1: 75.6, from: `${PAGE}mobilenet/` },
  MobileNetV3Small: { side: 224, scaling: 'inside', top1: 68.1, from: `${PAGE}mobilenet/` },
  NASNetLarge: { side: 331, scaling: 'tf', top1: 82.5, top5: 96 },
  NASNetMobile: { side: 224, scaling: 'tf', top1: 74.4, top5: 91.9 },
  ResNet101: { side: 224, scaling: 'caffe', top1: 76.4, top5: 92.8 },
  ResNet101V2: { side: 224, scaling: 'tf', top1: 77.2, top5: 93.8 },
  ResNet152: { side: 224, scaling: 'caffe', top1: 76.6, top5: 93.1 },
  ResNet152V2: { side: 224, scaling: 'tf', top1: 78, top5: 94.2 },
  ResNet50: { side: 224, scaling: 'caffe', top1: 74.9, top5: 92.1 },
  ResNet50V2: { side: 224, scaling: 'tf', top1: 76, top5: 93 },
  VGG16: { side: 224, scaling: 'caffe', top1: 71.3, top5: 90.1 },
  VGG19: { side: 224, scaling: 'caffe', top1: 71.3, top5: 90 },
  Xception: { side: 299, scaling: 'tf', top1: 79, top5: 94.5 },
};

export const kerasModels: readonly ModelFacts[] = Object.entries(rows).map(
  ([name, { side, scaling, top1, top5, from = PAGE, data = 'ImageNet-1k' }]) => {
    const licence = applications[name]?.licence;
    const shares = [
      { name: 'ImageNet top-1', percent: top1 },
      { name: 'ImageNet top-5', percent: top5 },
    ];
    return {
      uri: `keras:${name}`,
      title: name,
      task: 'image-classification',
      architecture: name,
      data,
      ...(licence !== undefined && { licence }),
      metrics: shares.flatMap(({ name: metric, percent }) =>
        percent === undefined ? [] : [{ name: metric, value: Number((percent / 100).toFixed(3)), from }],
      ),
      input: `${side}×${side}×3`,
      preprocessing: scalings[scaling],
      format: 'Keras weights',
      facts: PAGE,
    };
  },
);
