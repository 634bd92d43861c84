import type { Runs } from './runs.js';

/** Corners are placed on a grid this much finer than pixels. */
const SCALE = 5;

/**
 * The pixels of an image of `height` × `width` that a polygon holds, the same ones as pycocotools fills; what lies outside the image is cut off.
 * Source: `rleFrPoly` in cocoapi, common/maskApi.c.
 * @param corners x, y, x, y, … in pixels, 0 at the left and upper edge of the image
 */
export function polygonRuns(corners: readonly number[], width: number, height: number): Runs {
  const { xs, ys } = outline(corners);
  const places: number[] = [];
  for (let i = 1; i < xs.length; i++) {
    const [x, before] = [xs[i] as number, xs[i - 1] as number];
    if (x === before) continue;
    const column = ((x < before ? x : x - 1) + 0.5) / SCALE - 0.5;
    if (!Number.isInteger(column) || column < 0 || column > width - 1) continue;
    const y = (Math.min(ys[i] as number, ys[i - 1] as number) + 0.5) / SCALE - 0.5;
    places.push(column * height + Math.ceil(Math.min(Math.max(y, 0), height)));
  }
  places.sort((a, b) => a - b).push(width * height);
  // Below a place where the outline crosses its column, a pixel is inside if it was outside, and the other way round.
  return places.map((place, i) => place - (places[i - 1] ?? 0));
}

interface Points {
  readonly xs: number[];
  readonly ys: number[];
}

/** All points of the fine grid that lie on the edges, one after the other. */
function outline(corners: readonly number[]): Points {
  const points: Points = { xs: [], ys: [] };
  const grid = corners.map((value) => Math.trunc(SCALE * value + 0.5));
  for (let i = 0; i < grid.length; i += 2) {
    const next = (i + 2) % grid.length;
    addEdge(points, [grid[i] as number, grid[i + 1] as number], [grid[next] as number, grid[next + 1] as number]);
  }
  return points;
}

type Point = readonly [x: number, y: number];

/** Drawn from the lesser end, so that it has the same points in both directions. */
function addEdge({ xs, ys }: Points, from: Point, to: Point): void {
  const [dx, dy] = [Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
  const isFlat = dx >= dy;
  const isBackward = isFlat ? from[0] > to[0] : from[1] > to[1];
  const [start, end] = isBackward ? [to, from] : [from, to];
  const length = isFlat ? dx : dy;
  // An edge without length is one point.
  const slope = length === 0 ? 0 : isFlat ? (end[1] - start[1]) / dx : (end[0] - start[0]) / dy;
  for (let step = 0; step <= length; step++) {
    const t = isBackward ? length - step : step;
    xs.push(isFlat ? start[0] + t : Math.trunc(start[0] + slope * t + 0.5));
    ys.push(isFlat ? Math.trunc(start[1] + slope * t + 0.5) : start[1] + t);
  }
}
