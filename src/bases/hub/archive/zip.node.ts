import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise } from 'yauzl';
import type { ArchiveEntry, ArchiveGuard } from './guard.js';

/** Unpacks a zip archive. An entry that holds more than it announces ends it. */
export async function unpackZip(file: string, folder: string, guard: ArchiveGuard): Promise<void> {
  // Names are left undecoded, since the library would otherwise judge them itself and say less about what it refused.
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false, decodeStrings: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const described = describe(entry);
      if (!guard.admit(described) || described.kind === 'folder') continue;
      const target = join(folder, described.path);
      await mkdir(dirname(target), { recursive: true });
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
    }
  } finally {
    zip.close();
  }
}

/** Source: APPNOTE.TXT 4.4.15; the upper half of the external attributes is a Unix mode where a Unix made the archive. */
function describe(entry: Entry): ArchiveEntry {
  const path = entry.fileNameRaw.toString('utf8');
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (path.endsWith('/') || type === 0o040000) return { path, kind: 'folder', bytes: 0 };
  return { path, kind: type === 0 || type === 0o100000 ? 'file' : 'other', bytes: entry.uncompressedSize };
}
