import { readdirSync, readFileSync } from 'node:fs';
import { posix, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';

/** One import of a source file. */
export interface Import {
  /** A file relative to the source tree (`engine/graph/index.ts`), or a package specifier as written. */
  readonly to: string;
  readonly kind: 'file' | 'package';
  /** Erased by the compiler. */
  readonly typeOnly: boolean;
}

/** The imports of every TypeScript file below `source`, tests excluded; by file, relative to `source` with `/`. */
export function readImports(source: string): Map<string, readonly Import[]> {
  const imports = new Map<string, readonly Import[]>();
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.test.ts')) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    const file = relative(source, path).split(sep).join('/');
    imports.set(file, importsOf(file, readFileSync(path, 'utf8')));
  }
  return imports;
}

/** The imports, re-exports and dynamic imports of one file. */
function importsOf(file: string, text: string): readonly Import[] {
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const written = [
    ...module.staticImports.map((item) => ({ specifier: item.moduleRequest.value, typeOnly: allTypes(item.entries) })),
    ...module.staticExports.map(({ entries }) => ({ specifier: entries[0]?.moduleRequest?.value ?? '', typeOnly: allTypes(entries) })),
    ...module.dynamicImports.map(({ moduleRequest }) => ({
      specifier: text.slice(moduleRequest.start + 1, moduleRequest.end - 1),
      typeOnly: false,
    })),
  ];
  return written.filter(({ specifier }) => specifier !== '').map(({ specifier, typeOnly }) => ({ ...resolve(file, specifier), typeOnly }));
}

function allTypes(entries: readonly { readonly isType: boolean }[]): boolean {
  return entries.length > 0 && entries.every((entry) => entry.isType);
}

function resolve(file: string, specifier: string): Pick<Import, 'to' | 'kind'> {
  if (!specifier.startsWith('.')) return { to: specifier, kind: 'package' };
  return { to: posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts'), kind: 'file' };
}
