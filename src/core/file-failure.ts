/** Why the system could not read or write a file, in words for people. */
export function fileFailure(cause: unknown): string {
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  return cause instanceof Error ? cause.message : String(cause);
}
