import type { TorchRow } from './row.js';

/** Weights that torchvision publishes: where from, how they are fed, what their classes are called. */
export interface TorchWeights extends Omit<TorchRow, 'categories'> {
  /** By class, in the order of the outputs; left out where the classifier is not published. */
  readonly categories?: readonly string[];
}

/** What a model file may be known by. */
export interface TorchFile {
  /** `torch:resnet50:IMAGENET1K_V1`; other schemes say nothing. */
  readonly uri?: string;
  /** `resnet50-0676ba61.pth`, as PyTorch itself names downloads, with or without folders before it. */
  readonly file?: string;
}

/** The published weights that an address or the name of a file stands for; `undefined` for any other. The table is loaded when it is asked for. */
export async function findTorchWeights({ uri, file }: TorchFile): Promise<TorchWeights | undefined> {
  const { torchWeights } = await import('./generated/weights.js');
  const name = file?.split(/[\\/]/).at(-1);
  const named = torchWeights.find((each) => uri === torchUri(each) || (each.isDefault && uri === `torch:${each.entrypoint}`));
  const row = named ?? torchWeights.find((each) => each.file === name);
  if (!row) return undefined;
  const { categories: list, ...facts } = row;
  const { torchCategories } = await import('./generated/categories.js');
  const categories = list === undefined ? undefined : torchCategories[list];
  return { ...facts, ...(categories && { categories }) };
}

/** The address that names both the model and its weights. */
export function torchUri({ entrypoint, weights }: TorchRow): string {
  return `torch:${entrypoint}:${weights}`;
}
