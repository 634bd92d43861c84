import type { Size } from './step.js';
import type { TransformStep } from './table.js';

/** The same steps for images that are larger or smaller by a factor: every size is multiplied by it. */
export function sizedBy(steps: readonly TransformStep[], factor: number): TransformStep[] {
  const scaled = (side: number): number => Math.max(1, Math.round(side * factor));
  const sized = (size: Size): Size => (typeof size === 'number' ? scaled(size) : [scaled(size[0]), scaled(size[1])]);
  return steps.map((step) => ('size' in step ? { ...step, size: sized(step.size) } : step));
}
