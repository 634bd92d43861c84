import { z } from 'zod';
import type { SpecDocument } from './document.js';
import { failWith } from './problems.js';
import { EXTENDS, extendsSchema } from './sections/extends.js';

/** A file and what it extends. */
interface Extending {
  readonly own: SpecDocument;
  /** Paths as they are written. */
  readonly parents: readonly string[];
}

const fileSchema = z.looseObject({ [EXTENDS]: extendsSchema.exactOptional() });

/** @throws SPEC_INVALID where the file holds no mapping, or `extends` is no path or list of paths */
export function takeExtends(document: SpecDocument): Extending {
  const result = fileSchema.safeParse(document.value);
  if (!result.success) return failWith(result.error.issues, document.value, document.locate);
  const { [EXTENDS]: parents = [], ...value } = result.data;
  return { own: { ...document, value }, parents: [parents].flat() };
}
