import { Cursor } from './cursor.js';
import { PickleError } from './errors.js';
import { instructions } from './instructions.js';
import { Machine, type Meaning } from './machine.js';

const STOP = 0x2e;

/** The state dict of a language model takes some hundred thousand. More are made to exhaust memory. */
const MOST_INSTRUCTIONS = 2 ** 23;

export interface Unpickled {
  readonly value: unknown;
  /** Bytes from the start to the end of the pickle. */
  readonly end: number;
}

/**
 * Reads what a pickle describes. A pickle is a program for a stack machine; here it can only make the plain values of values.ts and what
 * `meaning` makes of the calls it knows. All else gives a {@link PyObject}, which is a name.
 *
 * Time and memory are in proportion to the bytes.
 * @throws PickleError
 */
export function unpickle(bytes: Uint8Array, start: number, meaning: Meaning): Unpickled {
  const machine = new Machine(new Cursor(bytes, start), meaning);
  for (let count = 0; count < MOST_INSTRUCTIONS; count++) {
    const code = machine.cursor.uint8();
    if (code === STOP) return { value: machine.pop(), end: machine.cursor.position };
    const run = instructions.get(code);
    if (!run) throw new PickleError(`its pickle has an instruction that PyTorch does not write, 0x${code.toString(16)}`);
    run(machine);
  }
  throw new PickleError(`its pickle has more than ${MOST_INSTRUCTIONS} instructions`);
}
