import type { Cursor } from './cursor.js';
import { PickleError } from './errors.js';
import { PyGlobal, PyObject, PyTuple } from './values.js';

/** What a reader makes of the calls it understands. */
export interface Meaning {
  /** By the name of what is called. A call may give `undefined` where it does not understand its arguments. */
  readonly calls: ReadonlyMap<string, (args: readonly unknown[]) => unknown>;
  /** What stands behind the id of something that is kept outside of the pickle. */
  readonly persistent: (id: unknown) => unknown;
}

/** `copyreg._reconstructor(CLASS, …)` makes an object of the class. */
const RECONSTRUCTORS: ReadonlySet<string> = new Set(['copyreg._reconstructor', 'copy_reg._reconstructor', 'copyreg.__newobj__']);

/** The stack and the memo that the instructions of a pickle work on. */
export class Machine {
  readonly stack: unknown[] = [];
  readonly memo = new Map<number, unknown>();
  readonly #marks: number[] = [];

  constructor(
    readonly cursor: Cursor,
    readonly meaning: Meaning,
  ) {}

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw new PickleError('its pickle takes more values than it has');
    return this.stack.pop();
  }

  /** The topmost value, which stays. */
  top(): unknown {
    if (this.stack.length === 0) throw new PickleError('its pickle takes more values than it has');
    return this.stack.at(-1);
  }

  mark(): void {
    this.#marks.push(this.stack.length);
  }

  /** Takes what was pushed since the last mark. */
  popMarked(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new PickleError('its pickle ends a list that it did not begin');
    return this.stack.splice(mark);
  }

  /** Takes the last `count` values, in the order they were pushed. */
  popLast(count: number): unknown[] {
    if (this.stack.length < count) throw new PickleError('its pickle takes more values than it has');
    return this.stack.splice(this.stack.length - count);
  }

  recall(index: number): void {
    if (!this.memo.has(index)) throw new PickleError(`its pickle remembers nothing as ${index}`);
    this.push(this.memo.get(index));
  }

  /** What a call gives: something understood, or an object of which the name is known. */
  call(callable: unknown, args: unknown): void {
    const items = args instanceof PyTuple ? args.items : [];
    const understood = callable instanceof PyGlobal ? this.meaning.calls.get(callable.name)?.(items) : undefined;
    this.push(understood === undefined ? new PyObject(nameOf(callable, items)) : understood);
  }
}

function nameOf(callable: unknown, [first]: readonly unknown[]): string {
  if (!(callable instanceof PyGlobal)) return 'unknown';
  return RECONSTRUCTORS.has(callable.name) && first instanceof PyGlobal ? first.name : callable.name;
}
