import type { ModelFacts } from '../facts.js';

type HubRow = Omit<ModelFacts, 'uri' | 'facts' | 'licence' | 'format'>;

const LARGER = 'ImageNet-21k, then ImageNet-1k';

function classifier(title: string, architecture: string, side: number): HubRow {
  return { title, task: 'image-classification', architecture, data: 'ImageNet-1k', input: `${side}×${side}×3`, preprocessing: 'RGB in [0, 1]' };
}

/** A classifier without its last layer. */
function features(architecture: string, side: number, data = 'ImageNet-1k'): HubRow {
  return { ...classifier(`${architecture} without its classifier`, architecture, side), task: 'image-embedding', data };
}

function bit(architecture: string): HubRow {
  return {
    title: 'Big Transfer (BiT-M) without its classifier',
    task: 'image-embedding',
    architecture: `${architecture} with group normalisation`,
    data: 'ImageNet-21k',
    preprocessing: 'RGB in [0, 1]',
  };
}

function pose(title: string, side?: number): HubRow {
  return { title: `Body pose of ${title}`, task: 'pose', architecture: 'MoveNet', ...(side !== undefined && { input: `${side}×${side}×3` }) };
}

function text(title: string, architecture: string, data?: string): HubRow {
  return { title, task: 'text-embedding', architecture, input: 'text', ...(data !== undefined && { data }) };
}

const yamnet: HubRow = {
  title: 'YAMNet: 521 kinds of sound',
  task: 'audio-classification',
  architecture: 'MobileNet',
  data: 'AudioSet',
  input: '16 kHz mono',
};

const vggish: HubRow = { ...yamnet, title: 'VGGish: sound as 128 numbers', task: 'audio-embedding', architecture: 'VGG', data: 'YouTube-8M' };

const ssd: HubRow = { title: 'Object detection', task: 'object-detection', architecture: 'SSD with MobileNetV2', data: 'COCO 2017' };

/** Models of Kaggle Models, where TensorFlow Hub's are, by their handles: `OWNER/MODEL/FRAMEWORK/VARIATION`. Facts: their pages. */
const rows: Readonly<Record<string, HubRow>> = {
  'google/mobilenet-v2/tensorFlow2/035-128-classification': classifier('MobileNetV2, width 0.35', 'MobileNetV2', 128),
  'google/mobilenet-v2/tensorFlow2/100-224-classification': classifier('MobileNetV2', 'MobileNetV2', 224),
  'google/mobilenet-v2/tensorFlow2/100-224-feature-vector': features('MobileNetV2', 224),
  'google/mobilenet-v2/tensorFlow2/140-224-classification': classifier('MobileNetV2, width 1.4', 'MobileNetV2', 224),
  'google/mobilenet-v3/tensorFlow2/large-075-224-classification': classifier('MobileNetV3 Large, width 0.75', 'MobileNetV3Large', 224),
  'google/mobilenet-v3/tensorFlow2/small-075-224-classification': classifier('MobileNetV3 Small, width 0.75', 'MobileNetV3Small', 224),
  'google/inception-v3/tensorFlow2/feature-vector': features('InceptionV3', 299),
  'google/resnet-v2/tensorFlow2/50-feature-vector': features('ResNet50V2', 224),
  'google/nasnet/tensorFlow2/mobile-classification': classifier('NASNet Mobile', 'NASNetMobile', 224),
  'tensorflow/efficientnet/tensorFlow2/b0-feature-vector': features('EfficientNetB0', 224),
  'tensorflow/efficientnet/tensorFlow2/b7-classification': classifier('EfficientNetB7', 'EfficientNetB7', 600),
  'google/efficientnet-v2/tensorFlow2/imagenet1k-b0-classification': classifier('EfficientNetV2B0', 'EfficientNetV2B0', 224),
  'google/efficientnet-v2/tensorFlow2/imagenet1k-b0-feature-vector': features('EfficientNetV2B0', 224),
  'google/efficientnet-v2/tensorFlow2/imagenet21k-ft1k-m-feature-vector': features('EfficientNetV2M', 480, LARGER),
  'google/bit/tensorFlow2/m-r50x1': bit('ResNet50V2'),
  'google/bit/tensorFlow2/m-r101x1': bit('ResNet101V2'),
  'google/movenet/tensorFlow2/singlepose-lightning': pose('one person, fastest', 192),
  'google/movenet/tensorFlow2/singlepose-thunder': pose('one person', 256),
  'google/movenet/tensorFlow2/multipose-lightning': pose('several persons'),
  'tensorflow/ssd-mobilenet-v2/tensorFlow2/ssd-mobilenet-v2': ssd,
  'tensorflow/ssd-mobilenet-v2/tensorFlow2/fpnlite-320x320': { ...ssd, architecture: 'SSD with MobileNetV2 and FPNLite', input: '320×320×3' },
  'google/yamnet/tensorFlow2/yamnet': yamnet,
  'google/yamnet/tfJs/tfjs': yamnet,
  'google/vggish/tensorFlow2/vggish': vggish,
  'google/universal-sentence-encoder/tensorFlow2/universal-sentence-encoder': text('Universal Sentence Encoder, English', 'deep averaging network'),
  'google/universal-sentence-encoder/tensorFlow2/large': text('Universal Sentence Encoder, English, large', 'transformer'),
  'google/universal-sentence-encoder/tensorFlow2/multilingual': text('Universal Sentence Encoder, 16 languages', 'CNN'),
  'google/universal-sentence-encoder/tensorFlow2/multilingual-large': text('Universal Sentence Encoder, 16 languages, large', 'transformer'),
  'google/nnlm/tensorFlow2/en-dim50': text('Word embeddings of 50 numbers, English', 'NNLM', 'English Google News'),
  'google/nnlm/tensorFlow2/en-dim128': text('Word embeddings of 128 numbers, English', 'NNLM', 'English Google News'),
};

export const tfhubModels: readonly ModelFacts[] = Object.entries(rows).map(([handle, row]) => ({
  ...row,
  uri: `tfhub:${handle}`,
  licence: 'Apache-2.0',
  format: handle.includes('/tfJs/') ? 'TensorFlow.js graph model' : 'SavedModel',
  facts: `https://www.kaggle.com/models/${handle}`,
}));
