import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const packageForm = z.object({
  version: z.string(),
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
  licenses: z.array(z.object({ type: z.string() })).optional(),
});

/** What the hub needs of a package.json. */
export interface PackageFile {
  readonly version: string;
  readonly licence: string | undefined;
}

/** `undefined` where there is no readable package.json. */
export async function readPackageFile(folder: string): Promise<PackageFile | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  const parsed = packageForm.safeParse(text === undefined ? undefined : parseJson(text));
  if (!parsed.success) return undefined;
  const { version, license, licenses } = parsed.data;
  const named = typeof license === 'object' ? license.type : license;
  return { version, licence: named ?? licenses?.map((item) => item.type).join(' OR ') };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
