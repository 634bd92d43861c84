import { didYouMean, fail } from '../../../core/index.js';
import type { Model } from '../../../engine/graph/index.js';
import { findTorchWeights, type HubFolder, type TorchTransforms } from '../../hub/index.js';
import { fitting, mismatch, type WeightsFile } from '../fitting.js';
import type { Preprocessing } from '../preprocessing.js';
import { readWeights, type StateDict } from '../state-dict/index.js';
import { Network } from '../torch-layers/index.js';
import type { Import, ImportHints } from '../types.js';
import { type Architecture, architectures } from './architectures/index.js';
import { fittingNetworks, isLeftOut, recognised } from './recognise.js';

/** Means and deviations of ImageNet's images in [0, 1], which torchvision's networks are trained with. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/**
 * Puts bare weights into a network of torchvision.
 * @throws IMPORT_WEIGHTS_ONLY where no architecture is named, IMPORT_ARCHITECTURE_UNKNOWN, IMPORT_ARCHITECTURE_MISMATCH, and the errors of the file
 */
export async function readTorch(folder: HubFolder, entry: string, hints: ImportHints): Promise<Import> {
  const { weights, notes } = await readWeights(folder, entry);
  const place = { file: entry, uri: folder.source.uri };
  const published = await findTorchWeights(place);
  const told = hints.architecture ?? published?.entrypoint;
  const name = told ?? recognised(weights) ?? unnamed(place, weights);
  const architecture = architectureOf(name);
  const row = published?.entrypoint === name ? published : undefined;
  const trained = row && !row.categories ? withoutClassifier(weights) : weights;
  const { model, unused, side } = await fitting(place, name, () => build(name, architecture, trained, row?.transforms.crop));
  const surplus = unused.filter((weight) => !isLeftOut(architecture, weight));
  if (surplus.length > 0)
    mismatch(place, name, `it has ${surplus.length} weights that the architecture has no layer for, "${surplus[0]}" among them`);
  const [output] = model.graph.outputs;
  return {
    model,
    ...(row?.categories && classesOf(model) === row.categories.length && { labels: row.categories }),
    preprocessing: preparation(architecture, side, row?.transforms),
    ...(output?.name === 'features' && { features: output.name }),
    ...(row?.licence !== undefined && { licence: row.licence }),
    notes: [
      ...notes,
      ...(told === undefined ? [`It is taken for ${name}, by the names and shapes of its weights.`] : []),
      ...(row ? [] : [`Images are taken to be prepared as torchvision prepares those of ${name}.`]),
    ],
  };
}

/** Published weights without names of classes are of the layers before the classifier: what stands in its place is not a number. */
function withoutClassifier(weights: StateDict): StateDict {
  return new Map([...weights].filter(([name]) => !name.startsWith('classifier.')));
}

function classesOf({ graph: { outputs } }: Model): number | undefined {
  const type = outputs[0]?.type;
  const classes = type?.kind === 'tensor' ? type.dims?.[1] : undefined;
  return typeof classes === 'number' ? classes : undefined;
}

function known(): string[] {
  return Object.keys(architectures);
}

function architectureOf(name: string): Architecture {
  const found = Object.hasOwn(architectures, name) ? architectures[name] : undefined;
  if (found) return found;
  return fail('IMPORT_ARCHITECTURE_UNKNOWN', { architecture: name, hint: didYouMean(name, known()), known: known().join(', ') });
}

async function build(name: string, { size, sizeOf, build }: Architecture, weights: StateDict, published: number | undefined) {
  const net = new Network(weights);
  const side = published ?? sizeOf?.(net) ?? size;
  return { ...(await net.finish(name, build(net, net.images([side, side])))), side };
}

function preparation({ normalisation }: Architecture, side: number, published: TorchTransforms | undefined): Preprocessing {
  const { resize = side, interpolation = 'bilinear', mean = IMAGENET.mean, std = IMAGENET.std } = published ?? {};
  const crop = resize === side ? {} : { cropShare: side / resize };
  return { size: [side, side], ...crop, layout: 'nchw', channels: 3, filter: interpolation, range: [0, 1], mean, std, ...normalisation };
}

function unnamed(place: WeightsFile, weights: StateDict): never {
  const fits = fittingNetworks(weights);
  fail('IMPORT_WEIGHTS_ONLY', { ...place, layers: contents(weights), known: (fits.length > 0 ? fits : known()).join(', ') });
}

function contents(weights: StateDict): string {
  const listed = [...weights].slice(0, 6).map(([name, { dims }]) => `${name} [${dims.join(', ')}]`);
  return listed.join('; ') + (weights.size > 6 ? ` and ${weights.size - 6} more` : '');
}
