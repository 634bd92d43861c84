import { PickleError } from '../pickle/errors.js';
import { invalid, type Place } from '../place.js';

/** What `read` gives; what is wrong with the pickle it reads is said of the file. @throws IMPORT_FILE_INVALID */
export function describedBy<T>(place: Place, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PickleError) return invalid(place, error.message, error);
    throw error;
  }
}
