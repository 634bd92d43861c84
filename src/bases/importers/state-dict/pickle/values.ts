/**
 * What a pickle describes: None is null, integers are numbers or bigints, text is a string; the rest is one of these classes, or what the reader of the pickle makes of a call. They only describe: nothing is looked up, called or built.
 */
export class PyList {
  readonly items: unknown[] = [];
}

export class PyTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** Keys that are numbers, text or None are compared by value, others are all different. */
export class PyDict {
  #entries: Map<unknown, unknown> | undefined;

  get entries(): ReadonlyMap<unknown, unknown> {
    return this.#entries ?? NONE;
  }

  set(key: unknown, value: unknown): void {
    this.#entries ??= new Map();
    this.#entries.set(key, value);
  }
}

const NONE: ReadonlyMap<unknown, unknown> = new Map();

/** A class or a function, by its name. */
export class PyGlobal {
  constructor(readonly name: string) {}
}

/** What a class would have made, or a call would have returned, that nobody here understands. Its state is forgotten. */
export class PyObject {
  constructor(readonly className: string) {}
}

/** Characters of a name in a message at most. */
const MOST_CHARACTERS = 100;

/** A name from a file as a message can hold it. */
export function printable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const clean = name.slice(0, MOST_CHARACTERS).replace(/[\u0000-\u001f\u007f]/g, '?');
  return name.length > MOST_CHARACTERS ? `${clean}…` : clean;
}
