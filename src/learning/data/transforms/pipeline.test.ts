import { describe, expect, test } from 'vitest';
import { Random, type Tensor } from '../../../core/index.js';
import type { Image } from '../image.js';
import { evalTransforms, trainTransforms } from './defaults.js';
import { compileTransforms, isRandom, parseTransforms, sampleRandom } from './pipeline.js';
import type { TransformInput } from './table.js';

/** Every pixel has a colour of its own: (x, y, 7). */
function coordinates(width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x, y, 7], (y * width + x) * 3);
  return { width, height, channels: 3, data };
}

/** The pixels after the steps, as whole numbers, [H, W, C] flattened. */
function run(image: Image, steps: readonly TransformInput[], random = new Random(1)): Tensor {
  return compileTransforms([...steps, { name: 'to-tensor', layout: 'nhwc', range: [0, 255] }])(image, random);
}

function corner(tensor: Tensor): number[] {
  return [...(tensor.data as Float32Array).slice(0, 3)];
}

/** How much results vary over many draws: the distinct values of `measure`. */
function drawn(steps: readonly TransformInput[], measure: (tensor: Tensor) => unknown, image = coordinates(8, 6)): Set<string> {
  return new Set(Array.from({ length: 200 }, (_, i) => JSON.stringify(measure(run(image, steps, new Random(0, i))))));
}

describe('resize', () => {
  test.each([
    [8, [10, 8]],
    [
      [5, 4],
      [5, 4],
    ],
  ] as const)('size %j of a 9 × 12 image gives %j', (size, dims) => {
    expect(run(coordinates(9, 12), [{ name: 'resize', size }]).dims).toEqual([...dims, 3]);
  });

  test('cover cuts off both sides, contain fills them', () => {
    const image = coordinates(4, 2);
    const cover = run(image, [{ name: 'resize', size: [2, 2], fit: 'cover' }]);
    expect([...cover.data]).toEqual([1, 0, 7, 2, 0, 7, 1, 1, 7, 2, 1, 7]);
    const contain = run(image, [{ name: 'resize', size: [4, 4], fit: 'contain', fill: [9, 9, 9] }]);
    expect([...contain.data.slice(0, 12)]).toEqual(new Array(12).fill(9));
    expect([...contain.data.slice(12, 36)]).toEqual([...image.data]);
  });
});

describe('crops', () => {
  test('the centre, padded where the image is smaller', () => {
    expect(corner(run(coordinates(8, 6), [{ name: 'center-crop', size: [2, 4] }]))).toEqual([2, 2, 7]);
    const padded = run(coordinates(2, 2), [{ name: 'center-crop', size: 4, fill: [5, 5, 5] }]);
    expect([...padded.data.slice(15, 18)]).toEqual([0, 0, 7]);
    expect(corner(padded)).toEqual([5, 5, 5]);
  });

  test('random crops reach every place', () => {
    expect(drawn([{ name: 'random-crop', size: 4 }], corner).size).toBe(5 * 3);
    expect(drawn([{ name: 'random-crop', size: [6, 8], padding: 1 }], corner).size).toBe(5);
  });

  test('random resized crops stay inside and keep to their area', () => {
    const areas = drawn([{ name: 'random-resized-crop', size: 2, scale: [0.2, 0.5] }], (tensor) => {
      const values = [...(tensor.data as Float32Array)];
      return Math.max(...values) <= 7 && values.every((value) => value >= 0);
    });
    expect(areas).toEqual(new Set(['true']));
    const wide = run(coordinates(100, 1), [{ name: 'random-resized-crop', size: 4 }]);
    expect(wide.dims).toEqual([4, 4, 3]);
  });
});

describe('flips and rotations', () => {
  test('mirror', () => {
    expect(corner(run(coordinates(8, 6), [{ name: 'horizontal-flip', chance: 1 }]))).toEqual([7, 0, 7]);
    expect(corner(run(coordinates(8, 6), [{ name: 'vertical-flip', chance: 1 }]))).toEqual([0, 5, 7]);
    expect(drawn([{ name: 'horizontal-flip' }], corner)).toEqual(new Set(['[0,0,7]', '[7,0,7]']));
  });

  test('a quarter turn counter-clockwise brings the right top corner to the left', () => {
    const turned = run(coordinates(5, 5), [{ name: 'rotate', degrees: [90, 90] }]);
    expect(corner(turned)).toEqual([4, 0, 7]);
    const half = run(coordinates(5, 4), [{ name: 'rotate', degrees: [180, 180] }]);
    expect(corner(half)).toEqual([4, 3, 7]);
  });

  test('what a rotation uncovers is filled', () => {
    const white: Image = { width: 9, height: 9, channels: 3, data: new Uint8Array(243).fill(255) };
    const turned = run(white, [{ name: 'rotate', degrees: [45, 45], fill: [1, 2, 3] }]);
    expect(corner(turned)).toEqual([1, 2, 3]);
    expect([...turned.data.slice(40 * 3, 41 * 3)]).toEqual([255, 255, 255]);
  });
});

describe('colour', () => {
  const pixel = (r: number, g: number, b: number): Image => ({ width: 1, height: 1, channels: 3, data: Uint8Array.of(r, g, b) });

  test('grayscale is the luminance in all channels', () => {
    expect(corner(run(pixel(255, 0, 0), [{ name: 'grayscale' }]))).toEqual([76, 76, 76]);
  });

  test('brightness scales, contrast and saturation stretch about grey, hue turns', () => {
    const brightness = [...drawn([{ name: 'color-jitter', brightness: 0.5 }], corner, pixel(100, 50, 0))].map((text) => JSON.parse(text) as number[]);
    for (const [red = 0, green = 0, blue] of brightness) {
      expect(red).toBeGreaterThanOrEqual(50);
      expect(red).toBeLessThanOrEqual(150);
      expect(Math.abs(green - red / 2)).toBeLessThanOrEqual(1);
      expect(blue).toBe(0);
    }
    expect(brightness.length).toBeGreaterThan(50);
    expect(drawn([{ name: 'color-jitter', contrast: 1, saturation: 1, hue: 0.5 }], corner, pixel(80, 80, 80))).toEqual(new Set(['[80,80,80]']));
    for (const text of drawn([{ name: 'color-jitter', hue: 0.5 }], corner, pixel(200, 40, 40))) {
      const colour = JSON.parse(text) as number[];
      expect([Math.max(...colour), Math.min(...colour)]).toEqual([200, 40]);
    }
  });

  test('grey images and alpha are left in shape', () => {
    const grey: Image = { width: 1, height: 1, channels: 1, data: Uint8Array.of(9) };
    const transparent: Image = { width: 1, height: 1, channels: 4, data: Uint8Array.of(10, 20, 30, 40) };
    const jitter = { name: 'color-jitter', brightness: 0.9, contrast: 0.9, saturation: 0.9, hue: 0.5 } as const;
    expect(run(grey, [jitter]).dims).toEqual([1, 1, 3]);
    const kept = compileTransforms([jitter, { name: 'to-tensor', channels: 4, range: [0, 255] }])(transparent, new Random(3));
    expect(kept.data[3]).toBe(40);
  });
});

describe('to-tensor', () => {
  const image: Image = { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 51, 102, 153, 204, 255) };
  const convert = (step: Omit<TransformInput & { name: 'to-tensor' }, 'name'>, from = image): number[] =>
    Array.from(
      compileTransforms([{ ...step, name: 'to-tensor' }])(from, new Random(0)).data as Float32Array,
      (value) => Math.round(value * 1e4) / 1e4,
    );

  test('layouts, orders and ranges', () => {
    expect(convert({})).toEqual([0, 0.6, 0.2, 0.8, 0.4, 1]);
    expect(convert({ layout: 'nhwc' })).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(convert({ layout: 'nhwc', order: 'bgr' })).toEqual([0.4, 0.2, 0, 1, 0.8, 0.6]);
    expect(convert({ range: [-1, 1] })).toEqual([-1, 0.2, -0.6, 0.6, -0.2, 1]);
    expect(convert({ range: [0, 255], order: 'bgr', mean: [2, 1, 0] })).toEqual([100, 253, 50, 203, 0, 153]);
  });

  test('rounds like torchvision', () => {
    const step = { name: 'to-tensor', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
    const { data } = compileTransforms([step])({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 128, 254) }, new Random(0));
    // torchvision 0.14: Normalize(mean, std)(ToTensor()(image))
    expect([...data]).toEqual([-2.1007792949676514, 0.20518219470977783, 2.6225709915161133]);
  });

  test('grey is repeated, colour reduced, alpha dropped', () => {
    const grey: Image = { width: 1, height: 1, channels: 1, data: Uint8Array.of(255) };
    expect(convert({}, grey)).toEqual([1, 1, 1]);
    expect(convert({ channels: 1, range: [0, 255] })).toEqual([42, 195]);
    expect(convert({ range: [0, 255] }, { width: 1, height: 1, channels: 4, data: Uint8Array.of(1, 2, 3, 4) })).toEqual([1, 2, 3]);
  });
});

describe('lists of steps', () => {
  test('make every option explicit; a name alone will do', () => {
    expect(parseTransforms(['horizontal-flip', { name: 'to-tensor' }])).toEqual([
      { name: 'horizontal-flip', chance: 0.5 },
      { name: 'to-tensor', layout: 'nchw', channels: 3, order: 'rgb', range: [0, 1] },
    ]);
  });

  test('parsed steps are JSON and parse to themselves', () => {
    const steps = trainTransforms({ size: [224, 192], mean: [0, 0, 0], std: [1, 1, 1], layout: 'nhwc' });
    expect(parseTransforms(JSON.parse(JSON.stringify(steps)) as unknown[])).toEqual(steps);
  });

  test.each([
    [[{ name: 'resize', size: 8 }], 'there is none'],
    [['to-tensor', 'horizontal-flip'], 'the last step is "horizontal-flip"'],
    [['to-tensor', 'to-tensor'], 'there are 2'],
    [['to-tensr'], 'Transform 1 ("to-tensr") is not valid: there is no such step; did you mean "to-tensor"?'],
    [['blur-everything'], 'there is no such step, only resize, center-crop'],
    [['horizontal-flip', { name: 'resize', size: 8, sise: 9 }], 'Transform 2 ("resize") is not valid: Unrecognized key: "sise"'],
    [[{ name: 'resize', size: 0 }], 'size: '],
    [[{ size: 8 }], 'it needs a name, one of resize'],
    [[null], 'it needs a name'],
    [[{ name: 'to-tensor', mean: [1] }], 'mean needs one number a channel'],
    [[{ name: 'to-tensor', std: [1, 0, 1] }], 'std must be positive'],
  ])('%j is refused', (steps, message) => {
    expect(() => parseTransforms(steps)).toThrow(message);
  });

  test.each([
    [[{ name: 'resize', size: 8 }], false],
    [[{ name: 'center-crop', size: 8 }, { name: 'grayscale' }], false],
    [[{ name: 'horizontal-flip', chance: 0 }], false],
    [[{ name: 'horizontal-flip' }], true],
    [[{ name: 'rotate', degrees: [90, 90] }], false],
    [[{ name: 'rotate', degrees: 10 }], true],
    [[{ name: 'color-jitter' }], false],
    [[{ name: 'color-jitter', hue: 0.1 }], true],
    [[{ name: 'random-crop', size: 2 }], true],
  ] as const)('%j is random: %j', (steps, random) => {
    expect(isRandom(parseTransforms([...steps, 'to-tensor']))).toBe(random);
  });

  test('leave the image as it is', () => {
    const image = coordinates(8, 6);
    const before = image.data.slice();
    run(image, [
      { name: 'color-jitter', brightness: 0.5, hue: 0.2 },
      { name: 'grayscale' },
      { name: 'rotate', degrees: 10 },
      { name: 'vertical-flip', chance: 1 },
    ]);
    expect(image.data).toEqual(before);
  });

  test('a sample has numbers of its own in every epoch', () => {
    const draws = [sampleRandom(1, 0, 'a'), sampleRandom(1, 1, 'a'), sampleRandom(1, 0, 'b'), sampleRandom(2, 0, 'a')].map((random) => random.word());
    expect(new Set(draws).size).toBe(4);
    expect(sampleRandom(1, 0, 'a').word()).toBe(draws[0]);
  });
});

describe('default steps', () => {
  test('evaluation keeps the middle, at the size of the model', () => {
    expect(evalTransforms({ size: [224, 224], cropShare: 0.875 }).map((step) => [step.name, 'size' in step && step.size])).toEqual([
      ['resize', [256, 256]],
      ['center-crop', [224, 224]],
      ['to-tensor', false],
    ]);
    const wide = compileTransforms(evalTransforms({ size: [4, 4] }))(coordinates(40, 10), new Random(0));
    expect(wide.dims).toEqual([3, 4, 4]);
    expect(isRandom(evalTransforms({ size: [4, 4] }))).toBe(false);
    expect(isRandom(trainTransforms({ size: [4, 4] }))).toBe(true);
  });
});
test('stretches images where the base was trained so', () => {
  const [resize] = evalTransforms({ size: [8, 4], fit: 'stretch' });
  expect(resize).toMatchObject({ name: 'resize', size: [8, 4], fit: 'stretch' });
});
