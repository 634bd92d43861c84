import { builtinModules } from 'node:module';

/** The rooms of the house in the order the data flows; imports point from later rooms and folders to earlier ones. */
const rooms = {
  core: [],
  engine: ['graph', 'autodiff', 'optimizers', 'runtime'],
  bases: ['hub', 'catalogue', 'importers', 'surgery'],
  learning: ['data', 'tasks', 'training', 'selection'],
  trust: ['evaluation', 'watch', 'health', 'explanation'],
  reuse: ['generation', 'bundle', 'registry', 'serving', 'monitoring'],
  app: ['spec', 'report', 'workflow', 'cli'],
} as const;

/** Every folder that has a door, in order: `core`, `engine/graph`, … */
export const folders: readonly string[] = Object.entries(rooms).flatMap(([room, parts]) =>
  parts.length === 0 ? [room] : parts.map((part) => `${room}/${part}`),
);

/** Packages that run in Node only. */
const nodePackages = new Set(['sharp', 'tar', 'undici', 'yauzl', 'onnxruntime-node', 'commander', 'tokenizers']);

const nodeFolders = ['reuse/registry/', 'reuse/serving/', 'reuse/monitoring/', 'app/cli/'];
const nodeEntries = new Set(['index.ts', 'server.ts']);

/** The folder a file (relative to src) belongs to; undefined for the entry files of the package. */
export function folderOf(file: string): string | undefined {
  return folders.find((folder) => file.startsWith(`${folder}/`));
}

/** Whether others may import this file of a folder. */
export function isDoor(file: string): boolean {
  return /^(index|index\.node)\.ts$/.test(file.slice((folderOf(file)?.length ?? -1) + 1));
}

/** Whether this file may use Node. */
export function mayUseNode(file: string): boolean {
  return file.endsWith('.node.ts') || nodeEntries.has(file) || nodeFolders.some((folder) => file.startsWith(folder));
}

/** Whether a package (or builtin module) exists in Node only. */
export function isNodeOnly(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier) || nodePackages.has(packageOf(specifier));
}

export function isOnnxRuntime(specifier: string): boolean {
  return packageOf(specifier).startsWith('onnxruntime-');
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
