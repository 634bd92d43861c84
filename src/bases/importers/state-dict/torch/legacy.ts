import { type ByteSource, fail } from '../../../../core/index.js';
import type { Place } from '../place.js';
import type { Weights } from '../types.js';

export async function readTorchLegacy(_: ByteSource, place: Place): Promise<Weights> {
  return fail('IMPORT_NOT_STATE_DICT', { ...place, content: 'a file of torch.save' });
}
