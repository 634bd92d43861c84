import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { parseJson, readPackageFile } from './package-file.node.js';

/** A package found in a node_modules folder. */
export interface InstalledPackage {
  readonly folder: string;
  readonly version: string;
  readonly licence: string | undefined;
  readonly integrity: string | undefined;
}

/** Looks for `name` in the node_modules of `baseDir` and of every folder above, as Node does. Only the given version counts. */
export async function findInstalled(name: string, version: string | undefined, baseDir: string): Promise<InstalledPackage | undefined> {
  for (const modules of modulesFolders(resolve(baseDir))) {
    const folder = join(modules, name);
    const file = await readPackageFile(folder);
    if (!file || (version !== undefined && file.version !== version)) continue;
    return { folder, ...file, integrity: await lockedIntegrity(modules, name) };
  }
  return undefined;
}

function modulesFolders(from: string): string[] {
  const parent = dirname(from);
  return [join(from, 'node_modules'), ...(parent === from ? [] : modulesFolders(parent))];
}

const lockForm = z.object({ packages: z.record(z.string(), z.object({ integrity: z.string().optional() })) });

/** npm writes the integrity of what it installed beside it. */
async function lockedIntegrity(modules: string, name: string): Promise<string | undefined> {
  const text = await readFile(join(modules, '.package-lock.json'), 'utf8').catch(() => undefined);
  const lock = lockForm.safeParse(text === undefined ? undefined : parseJson(text));
  return lock.success ? lock.data.packages[`node_modules/${name}`]?.integrity : undefined;
}
