import { describe, expect, test } from 'vitest';
import type { Image } from '../image.js';
import type { FilterName } from './filters.js';
import { resample, wholeOf } from './resample.js';

interface Golden {
  readonly channels: Image['channels'];
  /** [height, width] */
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly filter: FilterName;
  /** What Pillow 9.4 gives, as hexadecimal bytes. */
  readonly pixels: string;
}

const golden: readonly Golden[] = [
  { channels: 3, from: [7, 11], to: [3, 4], filter: 'box', pixels: '4ca1829578b08e8aad5371a88f6b97909c946c9857779f68756588867f6a57616ea175b8' },
  { channels: 3, from: [7, 11], to: [3, 4], filter: 'bilinear', pixels: '5799849089b18f949f6187928c6a92968f837b996a74a278776d8d6b8a636e75788d6597' },
  { channels: 3, from: [7, 11], to: [3, 4], filter: 'bicubic', pixels: '529b829685b79396a15c86938d66959795847c9e6274a46f79678e678e5c6a737993609f' },
  { channels: 3, from: [7, 11], to: [3, 4], filter: 'lanczos', pixels: '509b809b85bc9696a45c88928b65969499827ea15e75a26a7d618d60935768727e9556a0' },
  {
    channels: 3,
    from: [2, 3],
    to: [4, 5],
    filter: 'box',
    pixels: '05048b05048ba2e81c7e8c987e8c9805048b05048ba2e81c7e8c987e8c98c80abec80abef712b37565f57565f5c80abec80abef712b37565f57565f5',
  },
  {
    channels: 3,
    from: [2, 3],
    to: [4, 5],
    filter: 'bilinear',
    pixels: '05048b445f5fa2e81c8cb1667e8c983606986a4b76b7b3429396837c82af9709b1b522a3e2488da25fbe776fdec80abedb0dbaf712b3a944db7565f5',
  },
  {
    channels: 3,
    from: [2, 3],
    to: [4, 5],
    filter: 'bicubic',
    pixels: '00008f305f579afb0f90c05e7c879929029c5f4871b4bc3b969f807880b39b07b6bd19a5e53e94a15fc56e70e8d50ac3ec02bfff00c0a73ee76a69ff',
  },
  {
    channels: 3,
    from: [2, 3],
    to: [4, 5],
    filter: 'lanczos',
    pixels: '0000941e674a93ff0298d74f787d9a2c03a463446fb6b63f9da6807178bc9309b8be189fe34490a267c26971e9e10ec8ff00c4ff00cda736f3626cff',
  },
  { channels: 1, from: [7, 11], to: [3, 4], filter: 'bilinear', pixels: '72838a9a82838790858aa179' },
  { channels: 1, from: [2, 3], to: [4, 5], filter: 'bilinear', pixels: '050504558b2c333d5b6f7b90af6838a2bee86e1c' },
  {
    channels: 4,
    from: [7, 11],
    to: [3, 4],
    filter: 'bilinear',
    pixels: '8a68838e969f6b939e6b726fab8e83a5796db3698579778070748374707b8188748cc87492618b737d548c8e686a8c69',
  },
  {
    channels: 4,
    from: [2, 3],
    to: [4, 5],
    filter: 'bilinear',
    pixels:
      '04048aa2580d8599e71b7d8cb28e30aa97c709be340692976b32859db66b74a6af9f3eababc21baeab0da780907685a47ad26ad9abc35bacddb24a8ff611b275a19586a764f466f3a9d46aadffa86c7f',
  },
];

/** The bytes the golden values were made from: a linear congruential generator's high bytes. */
function noise(height: number, width: number, channels: Image['channels']): Image {
  let state = 12345;
  const data = Uint8Array.from({ length: height * width * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { width, height, channels, data };
}

describe('resample', () => {
  test.each(golden)('equals Pillow: $channels channels, $from to $to, $filter', ({ channels, from, to, filter, pixels }) => {
    const image = noise(...from, channels);
    const result = resample(image, wholeOf(image), to[1], to[0], { filter, antialias: true });
    expect(Buffer.from(result.data).toString('hex')).toBe(pixels);
  });

  test('a region is resized as if it had been cut out first', () => {
    const image = noise(20, 30, 3);
    const region = { left: 3, top: 5, width: 11, height: 9 };
    const options = { filter: 'bilinear', antialias: true } as const;
    const cut = { width: 11, height: 9, channels: 3 as const, data: new Uint8Array(11 * 9 * 3) };
    for (let y = 0; y < 9; y++) cut.data.set(image.data.subarray(((5 + y) * 30 + 3) * 3, ((5 + y) * 30 + 14) * 3), y * 33);
    expect(resample(image, region, 4, 4, options)).toEqual(resample(cut, wholeOf(cut), 4, 4, options));
  });

  test('without antialiasing, only the nearest two pixels count', () => {
    const image: Image = { width: 8, height: 1, channels: 1, data: Uint8Array.from([0, 0, 0, 100, 200, 0, 0, 255]) };
    const result = resample(image, wholeOf(image), 1, 1, { filter: 'bilinear', antialias: false });
    expect([...result.data]).toEqual([150]);
  });

  test('a single pixel fills any size', () => {
    const image: Image = { width: 1, height: 1, channels: 3, data: Uint8Array.from([7, 8, 9]) };
    expect([...resample(image, wholeOf(image), 2, 1, { filter: 'bicubic', antialias: true }).data]).toEqual([7, 8, 9, 7, 8, 9]);
  });
});
