import { afterAll, expect, it } from 'vitest';
import { Random } from '../../core/index.js';
import { openDevice } from '../../engine/runtime/index.node.js';
import type { Dataset } from '../../learning/data/index.js';
import { taskOf } from '../../learning/tasks/index.js';
import { measurePixelBaseline } from './pixel-baseline.node.js';
import { rawRows } from './raw-rows.js';

const device = openDevice();
afterAll(() => device.close());

/** Pictures of one class are bright on the left, of the other on the right, all with noise. */
function pictures(count: number, part: string, side = 32): Dataset {
  const random = (index: number) => new Random(1, `${part}${index}`);
  return {
    name: part,
    kind: 'image',
    size: count,
    target: { kind: 'classes', names: ['left', 'right'] },
    sample: (index) => ({ id: String(index), label: index % 2, location: `${part} ${index}` }),
    load: async (index) => {
      const draw = random(index);
      const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
        const isRight = Math.floor(i / 3) % side >= side / 2;
        return 60 + draw.integer(120) + (isRight === (index % 2 === 1) ? 40 : 0);
      });
      return { kind: 'image', image: { width: side, height: side, channels: 3, data } };
    },
    bytes: async () => new Uint8Array(),
    close: async () => {},
  };
}

const names = ['left', 'right'];
const task = taskOf('image-classification', 'classes');
const spec = { seed: 1 };
const close = async (): Promise<void> => {};

it('tells pictures apart by their pixels, on what is held out', async () => {
  const data = { train: pictures(60, 'train'), validation: undefined, test: pictures(40, 'test'), names, close };
  const baseline = await measurePixelBaseline({ task, data, device, spec }, {});
  expect(Object.keys(baseline?.metrics ?? {})).toEqual(['test']);
  expect(baseline?.metrics['test']?.['accuracy']?.value).toBeGreaterThan(0.9);
  expect(baseline?.about).toContain('16×16');
});

it('is left out where nothing is held out, and for what are no images of a class', async () => {
  const data = { train: pictures(60, 'train'), validation: undefined, test: undefined, names, close };
  expect(await measurePixelBaseline({ task, data, device, spec }, {})).toBeUndefined();
  const other = { ...data, test: pictures(10, 'test') };
  expect(await measurePixelBaseline({ task: taskOf('tensor-classification', 'classes'), data: other, device, spec }, {})).toBeUndefined();
});

it('passes over pictures that cannot be read', async () => {
  const whole = pictures(6, 'train');
  const broken: Dataset = { ...whole, load: (index) => (index === 2 ? Promise.reject(new Error('broken')) : whole.load(index)) };
  const { indices, features, target } = await rawRows(broken);
  expect(indices).toEqual([0, 1, 3, 4, 5]);
  expect(features.dims).toEqual([5, 3 * 16 * 16]);
  expect([...(target.data as BigInt64Array)].map(Number)).toEqual([0, 1, 1, 0, 1]);
});
