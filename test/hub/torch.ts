import { file, type Served } from './server.js';
import type { Workplace } from './workplace.js';

/** Small bytes whose SHA-256 begins as torchvision states of the real files, which are too large for a test. They were found by counting up. */
const bytes = {
  'regnet_y_32gf-8db6d4b5.pth': 'weights 306380272',
  'regnet_y_32gf_lc_swag-e1583746.pth': 'weights 68211567',
} as const;

export interface StandIn {
  readonly file: keyof typeof bytes;
  /** On the server. */
  readonly path: string;
  readonly bytes: Buffer;
}

function standIn(name: keyof typeof bytes): StandIn {
  return { file: name, path: `/storage/models/${name}`, bytes: Buffer.from(bytes[name]) };
}

/** `torch:regnet_y_32gf`, which is `torch:regnet_y_32gf:IMAGENET1K_V2` */
export const torchDefault = standIn('regnet_y_32gf-8db6d4b5.pth');

/** `torch:regnet_y_32gf:IMAGENET1K_SWAG_LINEAR_V1` */
export const torchSwag = standIn('regnet_y_32gf_lc_swag-e1583746.pth');

/** Answers for them on the server of a workplace. */
export function serveTorch({ server }: Workplace, served?: Served): void {
  for (const { path, bytes: content } of [torchDefault, torchSwag]) server.on(path, file(content, served));
}
