/** Answers in the shape of the hubs' own, cut to what a search reads and some of what it does not. */

/** `GET /api/models?search=…&expand[]=…` of Hugging Face. */
export const huggingFaceAnswer = [
  {
    _id: '621ffdc136468d709f17a1a6',
    id: 'microsoft/resnet-50',
    modelId: 'microsoft/resnet-50',
    pipeline_tag: 'image-classification',
    library_name: 'transformers',
    tags: ['transformers', 'pytorch', 'resnet', 'image-classification', 'dataset:imagenet-1k', 'license:apache-2.0', 'region:us'],
    safetensors: { parameters: { F32: 25_583_592 }, total: 25_583_592 },
    gated: false,
  },
  {
    id: 'somebody/resnet-emotions',
    pipeline_tag: 'keypoint-detection',
    tags: ['license:cc-by-nc-4.0', 'dataset:a', 'dataset:b'],
    gated: 'manual',
  },
  { id: 'timm/resnet-silent', tags: ['license:unknown'] },
  { private: true },
];

const variation = { id: 4671, fineTunable: true, overview: '', usage: '', versionNumber: 2, trainingData: ['ImageNet'], licenseName: 'Apache 2.0' };

/** `GET /api/v1/models/list?search=…` of Kaggle. */
export const kaggleAnswer = {
  models: [
    {
      id: 2797,
      ref: 'google/resnet-v1',
      title: 'ResNet V1',
      subtitle: 'Deep residual networks',
      author: 'Google',
      slug: 'resnet-v1',
      isPrivate: false,
      instances: [
        { ...variation, slug: 'lite', framework: 'TfLite' },
        { ...variation, slug: '50-classification', framework: 'TensorFlow2' },
        { ...variation, slug: '101-classification', framework: 'TensorFlow2' },
      ],
      tags: [
        { ref: 'image', name: 'Image' },
        { ref: 'image-classification', name: 'Image Classification' },
      ],
    },
    {
      ref: 'somebody/resnet-torch',
      title: 'A ResNet',
      instances: [{ ...variation, slug: 'default', framework: 'MODEL_FRAMEWORK_PY_TORCH', licenseName: 'Other (specified in description)' }],
    },
    { ref: 'google/mobilenet-v2', title: 'MobileNet V2', instances: [{ ...variation, slug: '100-224-classification', framework: 'tensorFlow2' }] },
    { ref: 'empty/resnet', title: 'Nothing published' },
    { title: 'without an address' },
  ],
  nextPageToken: 'abc',
  totalResults: 5,
};

/** `npm search --json resnet` */
export const npmAnswer = [
  {
    name: 'resnet-onnx-weights',
    version: '1.0.2',
    description: 'ResNet50 as ONNX',
    keywords: ['onnx'],
    date: '2024-03-01T00:00:00.000Z',
    license: 'MIT',
    links: { npm: 'https://www.npmjs.com/package/resnet-onnx-weights' },
    publisher: { username: 'ada', email: 'ada@example.org' },
  },
  { name: 'nsfwjs', version: '4.3.1', description: 'Pre-trained model that finds indecent images', keywords: ['resnet'] },
  { name: '@acme/resnet-client', version: '0.1.0', description: 'Client of the ResNet hotel booking service', keywords: ['hotel'] },
];
