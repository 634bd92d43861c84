import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fail } from '../../core/index.js';
import { runProgram } from './program.js';
import { drawProgress } from './progress.js';
import { defineVerb, type Verb } from './verb.js';
import { verbs as realVerbs } from './verbs/index.js';

const greet = defineVerb<{ readonly greeting: string }>({
  syntax: 'greet <name> [others...]',
  summary: 'Say hello.',
  example: 'regraft greet Ada',
  options: [
    { flags: '--times <n>', description: 'how often' },
    { flags: '--set <key=value...>', description: 'overrides' },
  ],
  run: async (input, { events }) => {
    events?.emit('progress', { stage: 'greeting', done: 1, total: 2 });
    events?.emit('note', { text: 'listen' });
    const name = input.argument(0, 'name');
    if (name === 'nobody') fail('SPEC_NOT_FOUND', { file: name });
    if (name === 'crash') throw new TypeError('bang');
    if (name === 'damaged') fail('DATA_IMAGE_CORRUPT', { file: 'a.png', reason: 'cut off' });
    const all = [name, ...input.rest(1), ...input.list('set')].join(' ');
    return { greeting: `hello ${all} `.repeat(input.count('times') ?? 1).trim() };
  },
  format: ({ greeting }) => greeting,
  isDone: ({ greeting }) => !greeting.includes('unfinished'),
});

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(words: readonly string[], isInteractive = false, verbs: readonly Verb[] = [greet]): Promise<Outcome> {
  let [out, err] = ['', ''];
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    isInteractive,
    columns: 80,
    signal: new AbortController().signal,
  };
  const code = await runProgram(words, { verbs, version: '1.2.3', terminal });
  return { code, out, err };
}

it('runs a verb and prints its result', async () => {
  expect(await run(['greet', 'Ada', 'Bo', '--times', '2', '--set', 'a=1', 'b=2'])).toEqual({
    code: 0,
    out: 'hello Ada Bo a=1 b=2 hello Ada Bo a=1 b=2\n',
    err: 'listen\n',
  });
});

it('prints one JSON document', async () => {
  expect(await run(['greet', 'Ada', '--json'])).toMatchObject({ code: 0, out: '{"greeting":"hello Ada"}\n' });
});

it.each([
  [['greet', 'nobody'], 2, 'SPEC_NOT_FOUND'],
  [['greet', 'damaged'], 1, 'DATA_IMAGE_CORRUPT'],
  [['greet', 'crash'], 1, 'UNEXPECTED'],
  [['greet'], 2, 'CLI_USAGE'],
  [['greet', 'Ada', '--time', '2'], 2, 'CLI_USAGE'],
  [['greet', 'Ada', '--times', 'two'], 2, 'CLI_USAGE'],
  [['gret', 'Ada'], 2, 'CLI_USAGE'],
] as const)('%j ends with exit code %i and %s, as text and as JSON', async (words, code, error) => {
  const text = await run(words);
  expect(text).toMatchObject({ code, out: '' });
  expect(text.err).toContain('Error: ');
  const json = await run([...words, '--json']);
  expect(json.code).toBe(code);
  expect(JSON.parse(json.out)).toMatchObject({ error: { code: error } });
});

it('suggests the verb that was meant', async () => {
  expect((await run(['gret'])).err).toContain("unknown command 'gret' (Did you mean greet?).");
});

it('suggests every verb and every option where it is misspelt', async () => {
  const misspelt = (name: string): string => name.slice(0, 1) + name.slice(2);
  for (const { syntax, options } of realVerbs) {
    const words = (/^[\w -]*\w/.exec(syntax)?.[0] ?? '').split(' ');
    const name = words.at(-1) as string;
    const verb = await run([...words.slice(0, -1), misspelt(name), 'x'], false, realVerbs);
    expect(verb).toMatchObject({ code: 2, err: expect.stringMatching(/\(Did you mean /) as string });
    for (const { flags } of options) {
      const flag = /^--[\w-]+/.exec(flags)?.[0] as string;
      const { err } = await run([...words, 'x', `--${misspelt(flag.slice(2))}`], false, realVerbs);
      // British and American spelling are as near to what lies between them.
      expect(err).toMatch(new RegExp(`Did you mean .*${flag.replace('licence', 'licen[cs]e')}`));
    }
  }
});

it.each([
  [['evaluate', 'x', '--split', 'tset'], '--split takes test, validation, not "tset" (Did you mean test?).'],
  [['evaluate', 'x', '--columns', 'lable=a'], '--columns has no role "lable"'],
  [['evaluate', 'x', '--columns', 'lable=a'], '(Did you mean label?)'],
  [['export', 'x', '--out', 'y', '--format', 'transfomers'], '(Did you mean transformers?)'],
  [['gradcheck', 'x', '--loss', 'cross-entorpy'], '(Did you mean cross-entropy?)'],
])('suggests what was meant by %j', async (words, message) => {
  expect(await run(words, false, realVerbs)).toMatchObject({ code: 2, err: expect.stringContaining(message) as string });
});

it('ends with exit code 1 when the work is not done', async () => {
  expect(await run(['greet', 'unfinished'])).toMatchObject({ code: 1, out: 'hello unfinished\n' });
});

it('shows a progress bar to a person and none to a pipe', async () => {
  expect((await run(['greet', 'Ada'], true)).err).toContain('greeting  ████████████░░░░░░░░░░░░ 50%');
  expect((await run(['greet', 'Ada'], false)).err).not.toContain('█');
});

it('cuts the progress bar to the terminal', () => {
  expect(drawProgress({ stage: 'epoch 1', done: 3, total: 4, detail: 'loss 0.5' }, 60)).toBe('epoch 1  ██████████████████░░░░░░ 75%  loss 0.5');
  expect(drawProgress({ stage: 'epoch 1', done: 3, total: 4, detail: 'loss 0.5' }, 20)).toHaveLength(19);
  expect(drawProgress({ stage: 'files', done: 3 }, 60)).toBe('files  3');
});

it('documents every verb with an example', async () => {
  for (const { syntax, example } of realVerbs) {
    const { code, out } = await run([...(/^[\w -]*\w/.exec(syntax)?.[0] ?? '').split(' '), '--help'], false, realVerbs);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining(`$ ${example}`) as string });
    expect(out).toContain('--json');
  }
});

it('shows the version, the help, and help with an error code where no verb is given', async () => {
  expect(await run(['--version'])).toMatchObject({ code: 0, out: '1.2.3\n' });
  expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('greet') as string });
  expect(await run([])).toMatchObject({ code: 2, out: '' });
});

it('shows its help in less than 0.3 s', () => {
  const main = fileURLToPath(new URL('../../../dist/app/cli/main.js', import.meta.url));
  // Processor time, because the wall clock tells how busy the machine is.
  const clock = 'process.on("exit", () => { const { user, system } = process.cpuUsage(); process.stderr.write(String((user + system) / 1e6)); });';
  const { stderr, stdout } = spawnSync(process.execPath, ['--import', `data:text/javascript,${clock}`, main, '--help'], { encoding: 'utf8' });
  expect(stdout).toContain('Usage: regraft');
  expect(Number(stderr)).toBeLessThan(0.3);
});
