import { type TorchRow, type TorchTransforms, torchUri, torchWeights } from '../../hub/index.node.js';
import type { ModelFacts } from '../facts.js';

/** Where torchvision states what its table holds. */
const PAGE = 'https://docs.pytorch.org/vision/stable/models.html';

/** Metrics that say something of a model, by their names in torchvision; the others do not tell models apart. */
const metricNames: Readonly<Record<string, string>> = { 'acc@1': 'ImageNet top-1', 'acc@5': 'ImageNet top-5', miou: 'COCO mIoU' };

/** What SWAG weights were trained on before. Source: Singh et al., Revisiting Weakly Supervised Pre-Training of Visual Perception Models, 2022. */
const SWAG = 'public Instagram images with hashtags, then ImageNet-1k';

/** All weights but those without a classifier. */
export const torchModels: readonly ModelFacts[] = torchWeights.filter(({ categories }) => categories !== undefined).map(factsOf);

function factsOf(row: TorchRow): ModelFacts {
  const { entrypoint, weights, task, parameters, licence, transforms, categories } = row;
  const data = weights.includes('SWAG') ? SWAG : categories;
  return {
    uri: torchUri(row),
    title: `${entrypoint} ${weights}`,
    task,
    architecture: entrypoint,
    parameters,
    ...(data !== undefined && { data }),
    ...(licence !== undefined && { licence }),
    metrics: metricsOf(row),
    ...(transforms.crop !== undefined && { input: `${transforms.crop}×${transforms.crop}×3` }),
    preprocessing: preprocessingText(transforms),
    format: 'PyTorch weights',
    notes: `Trained as ${row.source} says.`,
    facts: PAGE,
  };
}

function metricsOf({ metrics }: TorchRow): NonNullable<ModelFacts['metrics']> {
  return Object.entries(metricNames).flatMap(([key, name]) => {
    const percent = metrics[key];
    return percent === undefined ? [] : [{ name, value: Number((percent / 100).toFixed(3)), from: PAGE }];
  });
}

function preprocessingText({ resize, crop, interpolation, mean, std }: TorchTransforms): string {
  const middle = crop === undefined ? '' : ', the middle cut out';
  return `RGB, the shorter side resized to ${resize} (${interpolation})${middle}, from [0, 1] minus ${mean.join(', ')}, divided by ${std.join(', ')}`;
}
