import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type ResolveOptions, resolveUri } from '../../../../bases/hub/index.node.js';
import { glyphGroup } from './glyph-group.js';
import { labelsAddress, type Vendor, vendors } from './vendors.js';

export type { Vendor } from './vendors.js';

/** One line of a manifest. */
export interface EmojiRow {
  /** Vendor and file, wherever the cache lies: the same seed gives the same result on every machine. */
  readonly id: string;
  /** Absolute path of the image. */
  readonly image: string;
  /** One of the 9 categories of Unicode, e.g. `Animals & Nature`. */
  readonly label: string;
  /** What is depicted; near duplicates share it, also across vendors. */
  readonly group: string;
  readonly vendor: Vendor;
}

export interface EmojiOptions extends ResolveOptions {
  /** Folder for the manifests. */
  readonly out: string;
  /** Default: `fluent`, and `twitter` for the domain shift. */
  readonly vendors?: readonly Vendor[];
}

export interface EmojiCounts {
  readonly images: number;
  readonly groups: number;
  readonly labels: Readonly<Record<string, number>>;
}

export interface EmojiManifest {
  readonly vendor: Vendor;
  /** A JSONL file of {@link EmojiRow}. */
  readonly manifest: string;
  readonly counts: EmojiCounts;
}

/**
 * Fetches the drawings through the hub and writes one JSONL manifest a vendor, `{ id, image, label, group, vendor }` a line.
 * Skin-tone variants are left out; split by `group`, since gendered variants of a glyph are near duplicates.
 * @throws the errors of the hub
 */
export async function prepareEmoji(options: EmojiOptions): Promise<readonly EmojiManifest[]> {
  const wanted = options.vendors ?? ['fluent', 'twitter'];
  const glyphs = await readGlyphs(labelsAddress(wanted), options);
  await mkdir(options.out, { recursive: true });
  const manifests: EmojiManifest[] = [];
  for (const vendor of wanted) {
    const rows = await readVendor(vendor, glyphs, options);
    const manifest = resolve(options.out, `emoji-${vendor}.jsonl`);
    await writeWhole(manifest, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    manifests.push({ vendor, manifest, counts: countRows(rows) });
  }
  return manifests;
}

const glyphForm = z.array(z.object({ unified: z.string(), category: z.string() }));
type Glyph = z.infer<typeof glyphForm>[number];

/** All glyphs but the `Component`s (skin tones); variants of skin tone lie below their glyph and are not seen here. */
async function readGlyphs(address: string, options: ResolveOptions): Promise<readonly Glyph[]> {
  const { root, entry = '' } = await resolveUri(address, options);
  const glyphs = glyphForm.parse(JSON.parse(new TextDecoder().decode(await root.read(entry))));
  return glyphs.filter((glyph) => glyph.category !== 'Component').sort((a, b) => (a.unified < b.unified ? -1 : 1));
}

async function readVendor(vendor: Vendor, glyphs: readonly Glyph[], options: ResolveOptions): Promise<EmojiRow[]> {
  const { images, extension } = vendors[vendor];
  const { root } = await resolveUri(images, options);
  const files = new Map((await root.list()).filter((file) => file.endsWith(`.${extension}`)).map((file) => [fileKey(file), file]));
  return glyphs.flatMap(({ unified, category }) => {
    const file = files.get(fileKey(unified));
    if (file === undefined) return [];
    return [{ id: `${vendor}/${file}`, image: join(root.path ?? '', file), label: category, group: glyphGroup(unified), vendor }];
  });
}

/** Vendors differ in writing the variation selector into file names. */
function fileKey(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.\w+$/, '')
    .replaceAll('-fe0f', '');
}

function countRows(rows: readonly EmojiRow[]): EmojiCounts {
  const labels: Record<string, number> = {};
  for (const { label } of rows) labels[label] = (labels[label] ?? 0) + 1;
  return { images: rows.length, groups: new Set(rows.map((row) => row.group)).size, labels };
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
}
