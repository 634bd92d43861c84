/** A smooth function and its gradient at a point. */
export type Objective = (point: Float64Array) => Promise<{ readonly value: number; readonly gradient: Float64Array }>;

export interface LbfgsOptions {
  readonly iterations: number;
  /** Ends when the largest element of the gradient is below this. */
  readonly tolerance: number;
}

/** Pairs of steps and gradient differences kept. */
const MEMORY = 10;
/** Sufficient decrease (Armijo) and curvature (Wolfe) constants; the usual ones for quasi-Newton directions. */
const DECREASE = 1e-4;
const CURVATURE = 0.9;
const TRIALS = 20;
/** Relative decrease below which a value in single precision no longer tells a better point from a worse one. */
const RESOLUTION = 2 ** -24;

interface Evaluated {
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

interface Pair {
  readonly step: Float64Array;
  readonly difference: Float64Array;
  readonly rho: number;
}

/** Minimises a convex function by limited-memory BFGS. Source: Nocedal & Wright, Numerical Optimization, algorithms 7.4 and 3.5. */
export async function minimise(objective: Objective, start: Float64Array, { iterations, tolerance }: LbfgsOptions): Promise<Evaluated> {
  let current: Evaluated = { point: start, ...(await objective(start)) };
  const pairs: Pair[] = [];
  for (let i = 0; i < iterations && largest(current.gradient) > tolerance; i++) {
    const direction = descent(current.gradient, pairs);
    const first = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(current.gradient, current.gradient))) : 1;
    const next = await lineSearch(objective, current, direction, first);
    if (next === undefined) break;
    remember(pairs, current, next);
    const gained = current.value - next.value;
    current = next;
    if (gained <= RESOLUTION * Math.abs(next.value)) break;
  }
  return current;
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.slice();
  const alphas = pairs.map(() => 0);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, difference, rho } = pairs[i] as Pair;
    const alpha = rho * dot(step, q);
    alphas[i] = alpha;
    addScaled(q, difference, -alpha);
  }
  const last = pairs.at(-1);
  if (last) scale(q, 1 / (last.rho * dot(last.difference, last.difference)));
  pairs.forEach(({ step, difference, rho }, i) => {
    addScaled(q, step, (alphas[i] as number) - rho * dot(difference, q));
  });
  scale(q, -1);
  return q;
}

/** A point along the direction that satisfies the Wolfe conditions, by bisection; `undefined` when none is found. */
async function lineSearch(objective: Objective, from: Evaluated, direction: Float64Array, first: number): Promise<Evaluated | undefined> {
  const slope = dot(from.gradient, direction);
  let [low, high, length] = [0, Number.POSITIVE_INFINITY, first];
  let accepted: Evaluated | undefined;
  for (let trial = 0; trial < TRIALS; trial++) {
    const point = from.point.slice();
    addScaled(point, direction, length);
    const candidate = { point, ...(await objective(point)) };
    if (!(candidate.value <= from.value + DECREASE * length * slope)) high = length;
    else {
      accepted = candidate;
      if (dot(candidate.gradient, direction) >= CURVATURE * slope) return candidate;
      low = length;
    }
    length = high === Number.POSITIVE_INFINITY ? 2 * length : (low + high) / 2;
  }
  return accepted;
}

function remember(pairs: Pair[], from: Evaluated, to: Evaluated): void {
  const step = to.point.slice();
  addScaled(step, from.point, -1);
  const difference = to.gradient.slice();
  addScaled(difference, from.gradient, -1);
  const curvature = dot(step, difference);
  if (curvature <= 1e-12) return;
  pairs.push({ step, difference, rho: 1 / curvature });
  if (pairs.length > MEMORY) pairs.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (source[i] as number);
}

function scale(target: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) * factor;
}

function largest(values: Float64Array): number {
  let result = 0;
  for (let i = 0; i < values.length; i++) result = Math.max(result, Math.abs(values[i] as number));
  return result;
}
