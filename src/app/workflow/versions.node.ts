import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, cpus, platform, totalmem } from 'node:os';

/** Versions of what decides the numbers of a run. */
export async function versions(): Promise<Record<string, string>> {
  const own = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
  const require = createRequire(import.meta.url);
  const runtime = JSON.parse(await readFile(require.resolve('onnxruntime-node/package.json'), 'utf8')) as { version: string };
  return { regraft: own.version, 'onnxruntime-node': runtime.version, node: process.versions.node };
}

/** The kind of machine a run was made on. */
export function machine(): Record<string, string | number> {
  return { platform: platform(), arch: arch(), cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memory: totalmem() };
}
