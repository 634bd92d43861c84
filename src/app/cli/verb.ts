import { didYouMean, fail } from '../../core/index.js';
import type { WorkflowContext } from '../workflow/index.node.js';

/** An option of a verb, in commander's notation. */
export interface OptionRow {
  /** `--out <folder>`; `--set <key=value...>` may be given several times. */
  readonly flags: string;
  readonly description: string;
  readonly fallback?: string;
}

/** For every verb that loads a base. */
export const offlineOption: OptionRow = { flags: '--offline', description: 'never use the network, only what is on this machine' };

/** A command of the program: arguments in, workflow called, output formatted. */
export interface Verb<Result extends object = object> {
  /** Name and arguments: `train [spec]`; a verb of a group has two names: `hub list`. */
  readonly syntax: string;
  readonly summary: string;
  /** One command line that works. */
  readonly example: string;
  readonly options: readonly OptionRow[];
  /** Calls the workflow, which it loads only now, so that `--help` stays quick. */
  run(input: VerbInput, context: WorkflowContext): Promise<Result>;
  /** The result for people, for a terminal of so many columns; `--json` prints it as it is. */
  format(result: Result, columns: number): string;
  /** Whether the result counts as done (exit code 0); default: always. */
  isDone?(result: Result): boolean;
}

/** Names the result type of a verb, so that `format` knows it. */
export function defineVerb<Result extends object>(verb: Verb<Result>): Verb {
  // The program passes each verb only what that verb's own `run` returned.
  return verb as unknown as Verb;
}

/** What the user wrote. */
export class VerbInput {
  readonly #values: readonly (string | readonly string[] | undefined)[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(values: readonly (string | readonly string[] | undefined)[], options: Readonly<Record<string, unknown>>) {
    this.#values = values;
    this.#options = options;
  }

  /** The argument at a position. @throws CLI_USAGE when it was left out */
  argument(position: number, name: string): string {
    return this.optionalArgument(position) ?? fail('CLI_USAGE', { reason: `missing argument <${name}>` });
  }

  optionalArgument(position: number): string | undefined {
    const value = this.#values[position];
    return typeof value === 'string' ? value : undefined;
  }

  /** An argument that takes several values. */
  rest(position: number): readonly string[] {
    const value = this.#values[position];
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  /** The value of an option; undefined when it was left out. */
  option(name: string): string | undefined {
    const value = this.#options[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** The value of an option. @throws CLI_USAGE when it was left out */
  required(name: string): string {
    return this.option(name) ?? fail('CLI_USAGE', { reason: `missing option --${name}` });
  }

  /** The values of an option that may be given several times. */
  list(name: string): readonly string[] {
    const value = this.#options[name];
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  /** The value of an option that takes one of some names. @throws CLI_USAGE when it is none of them */
  choice<Name extends string>(name: string, known: readonly Name[]): Name | undefined {
    const text = this.option(name);
    const found = known.find((one) => one === text);
    if (text !== undefined && found === undefined)
      fail('CLI_USAGE', { reason: `--${name} takes ${known.join(', ')}, not "${text}"${hintFor(text, known)}` });
    return found;
  }

  flag(name: string): boolean {
    return this.#options[name] === true;
  }

  /** A whole number from 1. @throws CLI_USAGE when the option holds something else */
  count(name: string): number | undefined {
    const text = this.option(name);
    if (text === undefined) return undefined;
    if (!/^[1-9]\d*$/.test(text)) fail('CLI_USAGE', { reason: `--${name} takes a whole number from 1, not "${text}"` });
    return Number(text);
  }
}

/** ` (Did you mean …?)`, as commander says it of verbs and options. */
export function hintFor(text: string, known: readonly string[]): string {
  const hint = didYouMean(text, known).trim();
  return hint === '' ? '' : ` (${hint})`;
}
