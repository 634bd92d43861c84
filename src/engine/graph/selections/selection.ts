/** Neighbouring positions of one axis: those from `start` to before `end`. */
export interface Selection {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

export function isSame(a: Selection, b: Selection): boolean {
  return a.axis === b.axis && a.start === b.start && a.end === b.end;
}

/** The dimensions of what is selected. */
export function selectedDims(dims: readonly number[], { axis, start, end }: Selection): number[] {
  return dims.with(axis, end - start);
}
