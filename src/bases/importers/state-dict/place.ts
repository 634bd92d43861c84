import { fail } from '../../../core/index.js';

/** The file that is being read, for messages. */
export interface Place {
  readonly file: string;
  readonly uri: string;
}

export function invalid(place: Place, reason: string, cause?: unknown): never {
  fail('IMPORT_FILE_INVALID', { ...place, format: 'weights', reason }, cause);
}
