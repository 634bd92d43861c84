import { fail, RegraftError } from '../../core/index.js';

/** A weights file, for messages. */
export interface WeightsFile {
  readonly file: string;
  readonly uri: string;
}

/** What a layer misses is a difference between the file and what its weights are said to be. @throws IMPORT_ARCHITECTURE_MISMATCH */
export async function fitting<T>(file: WeightsFile, architecture: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof RegraftError && /^IMPORT_WEIGHT_(?:MISSING|SHAPE)$/.test(error.code)) mismatch(file, architecture, error.message, error);
    throw error;
  }
}

export function mismatch(file: WeightsFile, architecture: string, difference: string, cause?: unknown): never {
  fail('IMPORT_ARCHITECTURE_MISMATCH', { ...file, architecture, difference: difference.replace(/\.$/, '') }, cause);
}
