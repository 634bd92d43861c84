/** Whether a text names a place by itself: `npm:…`, `https://…`, `/data`, `C:\data`. A single letter before a colon is a drive. */
function isAbsolute(text: string): boolean {
  return /^([a-z][a-z0-9+.-]+:|[a-z]:[\\/]|[\\/])/i.test(text);
}

/** A path or URI of a spec that lies in the folder `specDir`. Works without Node, so that a browser resolves the same way. */
export function resolveAgainst(specDir: string, text: string): string {
  if (isAbsolute(text)) return text;
  const parts: string[] = [];
  for (const part of `${specDir}/${text}`.split(/[\\/]+/)) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') parts.pop();
    else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part);
  }
  return parts.join('/') || '.';
}
