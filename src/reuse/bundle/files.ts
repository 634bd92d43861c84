import type { Model } from '../../engine/graph/index.js';

/** Size and SHA-256 of a file. */
export interface Digest {
  readonly sha256: string;
  readonly bytes: number;
}

/** The files of a bundle, wherever they lie: in a folder, in an archive, in memory. They have no folders among them. */
export interface BundleFiles {
  /** Where they lie, for messages. */
  readonly path: string;
  /** Names, sorted. */
  list(): Promise<readonly string[]>;
  /** The content of a file, `undefined` where there is no file of that name. */
  read(name: string): Promise<Uint8Array | undefined>;
  digest(name: string): Promise<Digest | undefined>;
  /** The model in `model.onnx` and the data files it names. @throws ONNX_ errors */
  model(): Promise<Model>;
}

/** Its presence makes a folder or an archive a bundle. */
export const INFO_FILE = 'bundle.json';
export const MODEL_FILE = 'model.onnx';
/** Whether a file is the model, or data of a large one. */
export function isModelPart(name: string): boolean {
  return name === MODEL_FILE || (name.startsWith(`${MODEL_FILE}.`) && name.endsWith('.data'));
}

export const CARD_FILE = 'MODEL_CARD.md';
