import type { Model } from '../../engine/graph/index.js';
import type { HubFolder } from '../hub/index.js';
import { findKnownModel } from './known-models.js';
import type { Preprocessing } from './preprocessing.js';
import type { Import } from './types.js';

/** Adds what is known about a published model where its file does not say it. */
export function describeImport(folder: HubFolder, imported: Import): Import {
  const known = findKnownModel(folder.source.uri);
  const labels = imported.labels ?? known?.labels;
  const preprocessing = imported.preprocessing ?? preprocessingOf(imported.model, known?.preprocessing);
  return {
    ...imported,
    ...(labels ? { labels } : {}),
    ...(preprocessing ? { preprocessing } : {}),
  };
}

function preprocessingOf(model: Model, known: Omit<Preprocessing, 'size' | 'layout'> | undefined): Preprocessing | undefined {
  const image = imageInput(model);
  return image && known ? { ...known, ...image } : undefined;
}

/** The layout and size of the only input, where it takes images of a fixed size. */
function imageInput(model: Model): Pick<Preprocessing, 'size' | 'layout'> | undefined {
  const [input, ...more] = model.graph.inputs.filter((info) => !model.graph.initializers.has(info.name));
  if (input?.type.kind !== 'tensor' || more.length > 0) return undefined;
  const [, a, b, c] = input.type.dims ?? [];
  if (input.type.dims?.length !== 4 || typeof b !== 'number') return undefined;
  if ((a === 1 || a === 3) && typeof c === 'number') return { layout: 'nchw', size: [b, c] };
  if ((c === 1 || c === 3) && typeof a === 'number') return { layout: 'nhwc', size: [a, b] };
  return undefined;
}
