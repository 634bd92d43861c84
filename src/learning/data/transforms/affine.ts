import type { Affine, PointMap } from './warp.js';

/** How an image is moved, as torchvision's `affine` takes it. */
export interface Movement {
  /** Degrees, clockwise. */
  readonly angle: number;
  /** Pixels to the right and down. */
  readonly translate: readonly [number, number];
  readonly scale: number;
  /** Degrees along x and y. */
  readonly shear: readonly [number, number];
}

export const STILL: Movement = { angle: 0, translate: [0, 0], scale: 1, shear: [0, 0] };

/** Where each pixel comes from: scale, shear and rotation about `center` (x, y), then translation, all inverted. */
export function affineSource({ angle, translate, scale, shear }: Movement, center: readonly [number, number]): Affine {
  const [turn, shearX, shearY] = [radians(angle), radians(shear[0]), radians(shear[1])];
  const a = Math.cos(turn - shearY) / Math.cos(shearY);
  const b = (-Math.cos(turn - shearY) * Math.tan(shearX)) / Math.cos(shearY) - Math.sin(turn);
  const c = Math.sin(turn - shearY) / Math.cos(shearY);
  const d = (-Math.sin(turn - shearY) * Math.tan(shearX)) / Math.cos(shearY) + Math.cos(turn);
  return about([d / scale, -b / scale, -c / scale, a / scale], center, translate);
}

/** A turn counter-clockwise about the centre, as PIL's `Image.rotate`. @param extent in pixels */
export function rotationSource(degrees: number, { width, height }: { readonly width: number; readonly height: number }): Affine {
  const turn = -radians(degrees);
  const [cos, sin] = [rounded(Math.cos(turn)), rounded(Math.sin(turn))];
  return about([cos, sin, -sin, cos], [width / 2, height / 2], [0, 0]);
}

export function pointMap([a, b, c, d, e, f]: Affine): PointMap {
  return (x, y) => [a * x + b * y + c, d * x + e * y + f];
}

type Linear = readonly [number, number, number, number];

function about([a, b, d, e]: Linear, [x, y]: readonly [number, number], [right, down]: readonly [number, number]): Affine {
  const [toX, toY] = [-x - right, -y - down];
  return [a, b, a * toX + b * toY + x, d, e, d * toX + e * toY + y];
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

/** To 15 digits, so that quarter turns are exact. */
function rounded(value: number): number {
  return Math.round(value * 1e15) / 1e15;
}
