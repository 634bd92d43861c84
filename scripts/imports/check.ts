import { findCycles } from './cycles.js';
import { folderOf, folders, isDoor, isNodeOnly, isOnnxRuntime, mayUseNode } from './house.js';
import type { Import } from './read.js';

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

type Rule = (from: string, to: Import) => boolean;

/** One row a rule; a rule says whether an import breaks it. */
const rules: Readonly<Record<string, Rule>> = {
  'imports point to earlier rooms': (from, to) => rank(to.to) > rank(from) && to.kind === 'file',
  'a folder is entered through its index': (from, to) => to.kind === 'file' && folderOf(from) !== folderOf(to.to) && !isDoor(to.to),
  'nothing imports the entry files': (_, to) => to.kind === 'file' && folderOf(to.to) === undefined,
  'only engine/runtime imports onnxruntime': (from, to) => isOnnxRuntime(to.to) && folderOf(from) !== 'engine/runtime',
  'only *.node.ts imports what needs Node': (from, to) => !to.typeOnly && !mayUseNode(from) && needsNode(to),
};

/** Checks every import against every rule, and the whole for cycles. */
export function checkImports(files: ReadonlyMap<string, readonly Import[]>): Violation[] {
  const violations: Violation[] = [];
  for (const [from, imports] of files) {
    for (const to of imports) {
      for (const [rule, breaks] of Object.entries(rules)) if (breaks(from, to)) violations.push({ rule, from, to: to.to });
      if (to.kind === 'file' && !files.has(to.to)) violations.push({ rule: 'imports resolve', from, to: to.to });
    }
  }
  const cycles = findCycles(files).map(([from = '', ...rest]) => ({ rule: 'no cycles', from, to: rest.join(' → ') }));
  return [...violations, ...cycles];
}

/** Position of a file's folder in the house; the entry files of the package come last. */
function rank(file: string): number {
  const folder = folderOf(file);
  return folder === undefined ? folders.length : folders.indexOf(folder);
}

function needsNode(to: Import): boolean {
  return to.kind === 'file' ? to.to.endsWith('.node.ts') : isNodeOnly(to.to);
}
