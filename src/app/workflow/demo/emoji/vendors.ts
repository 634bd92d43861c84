/** Where a vendor's drawings lie. */
export interface VendorSource {
  /** Address of the folder of images. */
  readonly images: string;
  readonly extension: 'webp' | 'png';
  /** Licence of the drawings, which is not always that of the package. */
  readonly licence: string;
}

/** Drawings of the same glyphs by different hands. */
export const vendors = {
  fluent: { images: 'npm:@lobehub/fluent-emoji-3d@1.1.0/assets', extension: 'webp', licence: 'MIT' },
  twitter: { images: 'npm:emoji-datasource-twitter@16.0.0/img/twitter/64', extension: 'png', licence: 'CC-BY-4.0' },
  google: { images: 'npm:emoji-datasource-google@16.0.0/img/google/64', extension: 'png', licence: 'Apache-2.0' },
} as const satisfies Readonly<Record<string, VendorSource>>;

export type Vendor = keyof typeof vendors;

/** The table of all emoji with their categories; every package of emoji-datasource carries the same one. */
export function labelsAddress(wanted: readonly Vendor[]): string {
  const carrier = wanted.find((vendor) => vendor !== 'fluent') ?? 'twitter';
  return `npm:emoji-datasource-${carrier}@16.0.0/emoji.json`;
}
