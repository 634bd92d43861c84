import { Command, CommanderError } from 'commander';
import { Events, fail } from '../../core/index.js';
import type { WorkflowEvents } from '../workflow/index.node.js';
import { exitCodeOf, failureDocument, failureText } from './failure.js';
import { showProgress } from './progress.js';
import type { Terminal } from './terminal.js';
import { type Verb, VerbInput } from './verb.js';

export interface ProgramOptions {
  readonly verbs: readonly Verb[];
  readonly version: string;
  readonly terminal: Terminal;
}

/**
 * Runs one command line and prints its result, or what went wrong.
 * @param words what follows the program's name
 * @returns the exit code: 0 done, 1 the work failed, 2 the request was wrong
 */
export async function runProgram(words: readonly string[], options: ProgramOptions): Promise<0 | 1 | 2> {
  const { terminal } = options;
  const isJson = words.includes('--json');
  let code: 0 | 1 = 0;
  const program = buildProgram(options, (done) => {
    code = done ? 0 : 1;
  });
  try {
    if (words.length === 0) program.help({ error: true });
    await program.parseAsync(words, { from: 'user' }).catch(translate);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (isJson) terminal.out(`${JSON.stringify(failureDocument(error))}\n`);
    else terminal.err(failureText(error));
    return exitCodeOf(error);
  }
}

function buildProgram({ verbs, version, terminal }: ProgramOptions, onEnd: (done: boolean) => void): Command {
  const program = new Command('regraft')
    .description('Transfer learning for TypeScript: fine-tune a pretrained model on your own data.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: (text) => !text.startsWith('error:') && terminal.err(text), outputError: () => {} });
  for (const verb of verbs) addVerb(program, verb, terminal, onEnd);
  return program;
}

function addVerb(program: Command, verb: Verb, terminal: Terminal, onEnd: (done: boolean) => void): void {
  const [, group, syntax] = /^(\w+) (\w+.*)$/.exec(verb.syntax) ?? [undefined, undefined, verb.syntax];
  const command = groupOf(program, group)
    .command(syntax ?? '')
    .description(verb.summary)
    .addHelpText('after', `\nExample:\n  $ ${verb.example}`);
  for (const { flags, description, fallback } of verb.options) command.option(flags, description, fallback);
  command.option('--json', 'print the result as one JSON document');
  command.action(async (...given: unknown[]) => {
    const values = given.slice(0, -2) as (string | readonly string[] | undefined)[];
    const flags = given.at(-2) as Readonly<Record<string, unknown>>;
    onEnd(await runVerb(verb, new VerbInput(values, flags), terminal));
  });
}

/** The command that a verb belongs to: the program, or a group of verbs such as `hub`. */
function groupOf(program: Command, name: string | undefined): Command {
  if (name === undefined) return program;
  return program.commands.find((command) => command.name() === name) ?? program.command(name).description(groups[name] ?? '');
}

/** What groups of verbs are for. */
const groups: Readonly<Record<string, string>> = { hub: 'Fetch, list, verify and remove base models.' };

async function runVerb(verb: Verb, input: VerbInput, terminal: Terminal): Promise<boolean> {
  const events = new Events<WorkflowEvents>();
  const endProgress = showProgress(events, terminal);
  try {
    const result = await verb.run(input, { events, signal: terminal.signal, offline: input.flag('offline') });
    endProgress();
    terminal.out(input.flag('json') ? `${JSON.stringify(result)}\n` : `${verb.format(result, terminal.columns).trimEnd()}\n`);
    return verb.isDone?.(result) ?? true;
  } finally {
    endProgress();
  }
}

/** Turns what commander says about a command line into an error of ours; showing help is none. */
function translate(error: unknown): never {
  if (!(error instanceof CommanderError) || error.exitCode === 0 || error.code === 'commander.help') throw error;
  const reason = error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[.)]?$/, (end) => (end === ')' ? ')' : ''));
  return fail('CLI_USAGE', { reason });
}
