/** What the system's usual failures mean; its own words name calls and temporary files. */
const meanings: ReadonlyMap<unknown, string> = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk is full'],
  ['ENOENT', 'there is no such file or folder'],
  ['ENOTDIR', 'a file is where a folder should be'],
  ['EEXIST', 'a file is where a folder should be'],
  ['EACCES', 'permission denied'],
  ['EROFS', 'the disk is read-only'],
]);

/** Why the system could not read or write a file, in words for people. */
export function fileFailure(cause: unknown): string {
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  return meanings.get(code) ?? (cause instanceof Error ? cause.message : String(cause));
}
