import { fail } from '../../../core/index.js';

/** How far an archive may unpack, against archives made to fill the disk; the bytes also limit one download. */
export interface ArchiveLimits {
  readonly files: number;
  readonly bytes: number;
}

export interface ArchiveSize {
  readonly files: number;
  readonly bytes: number;
}

export const DEFAULT_LIMITS: ArchiveLimits = { files: 200_000, bytes: 8 * 2 ** 30 };

export interface ArchiveEntry {
  /** As the archive writes it. */
  readonly path: string;
  /** What is neither a file nor a folder, a link for one, is left out. */
  readonly kind: 'file' | 'folder' | 'other';
  readonly bytes: number;
}

/** Decides entry by entry; remembers the first reason to refuse the archive and admits nothing after it. */
export class ArchiveGuard {
  files = 0;
  bytes = 0;
  #refusal: { readonly entry: string; readonly reason: string } | undefined;
  readonly #limits: ArchiveLimits;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  /** Whether the entry may be written. */
  admit({ path, kind, bytes }: ArchiveEntry): boolean {
    if (this.#refusal) return false;
    if (/^(?:[\\/]|[a-z]:)/i.test(path) || path.split(/[\\/]/).includes('..')) return this.#refuse(path, 'it would leave its folder');
    // Node's file system ends the process of whoever asks for such a name in the background.
    if (path.includes('\0')) return this.#refuse(path.replaceAll('\0', '␀'), 'its name holds a zero byte');
    if (kind !== 'file') return kind === 'folder';
    this.files += 1;
    this.bytes += bytes;
    if (this.files > this.#limits.files) return this.#refuse(path, `there are more than ${this.#limits.files} files`);
    if (this.bytes > this.#limits.bytes) return this.#refuse(path, `it unpacks to more than ${this.#limits.bytes} bytes`);
    return true;
  }

  /** @throws HUB_ARCHIVE_UNSAFE once an entry was refused */
  check(archive: string): void {
    if (this.#refusal) fail('HUB_ARCHIVE_UNSAFE', { archive, ...this.#refusal });
  }

  #refuse(entry: string, reason: string): false {
    this.#refusal = { entry, reason };
    return false;
  }
}
