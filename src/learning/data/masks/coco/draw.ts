import { type Mask, NO_CLASS } from '../../image.js';
import { polygonRuns } from './polygon.js';
import { checkRuns, decompressRuns, type Runs } from './runs.js';

/** A part of an image and what it shows. */
export interface Region {
  /** Polygons, or runs as numbers or compressed. */
  readonly segmentation: unknown;
  /** Class index, or {@link NO_CLASS}. */
  readonly label: number;
}

/**
 * The regions over a background of class 0, later ones over earlier ones.
 * @throws Error saying what is wrong with a region, as the end of a sentence
 */
export function drawRegions(width: number, height: number, regions: readonly Region[]): Mask {
  const mask: Mask = { width, height, data: new Uint8Array(width * height) };
  for (const { segmentation, label } of regions) {
    for (const runs of runsOf(segmentation, width, height)) paint(mask, runs, label);
  }
  return mask;
}

function runsOf(segmentation: unknown, width: number, height: number): Runs[] {
  if (Array.isArray(segmentation) && segmentation.length > 0) {
    return segmentation.map((polygon: unknown) => polygonRuns(checkedCorners(polygon, width, height), width, height));
  }
  const { counts, size } = (segmentation ?? {}) as { counts?: unknown; size?: unknown };
  if (typeof counts !== 'string' && !Array.isArray(counts)) throw new Error('an annotation has neither polygons nor runs');
  if (!(Array.isArray(size) && size[0] === height && size[1] === width)) {
    throw new Error(`its runs are of an image of [height, width] ${JSON.stringify(size)}, not [${height},${width}]`);
  }
  const runs = typeof counts === 'string' ? decompressRuns(counts) : (counts as number[]);
  checkRuns(runs, width, height);
  return [runs];
}

/** A corner somewhat outside is a slip of the pen. One that is further away than the image is long is damage, and would take long to draw. */
function checkedCorners(polygon: unknown, width: number, height: number): number[] {
  if (!Array.isArray(polygon) || polygon.length < 6 || polygon.length % 2 === 1) throw new Error('a polygon needs three corners of x and y each');
  polygon.forEach((value: unknown, i) => {
    const most = i % 2 === 0 ? width : height;
    if (!(typeof value === 'number' && value >= -most && value <= 2 * most)) {
      throw new Error(`a polygon has a corner at ${i % 2 === 0 ? 'x' : 'y'} = ${String(value)}, far outside the image of ${width}×${height}`);
    }
  });
  return polygon as number[];
}

function paint({ data, width, height }: Mask, runs: Runs, label: number): void {
  let place = 0;
  for (let i = 0; i < runs.length; i++) {
    const end = place + (runs[i] as number);
    if (i % 2 === 1) for (let at = place; at < end; at++) data[(at % height) * width + Math.floor(at / height)] = label;
    place = end;
  }
}
