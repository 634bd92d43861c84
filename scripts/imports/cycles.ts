import type { Import } from './read.js';

/**
 * The import cycles among files, each as the path that leads back to its first file; one for each back edge of a
 * depth-first walk. Imports of types count: a cycle of types is as hard to read as one of values.
 */
export function findCycles(files: ReadonlyMap<string, readonly Import[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];

  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const { to, kind } of files.get(file) ?? []) if (kind === 'file') visit(to);
    path.pop();
    done.add(file);
  };

  for (const file of files.keys()) visit(file);
  return cycles;
}
