import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { fail } from '../../../core/index.js';
import type { ResolveOptions } from '../../hub/index.node.js';
import type { FoundModel } from '../facts.js';
import type { HubQuery, SearchableHub } from './hub.js';

/** npm, through the user's own `npm search`, and so with the registry, proxy and credentials of .npmrc. What it finds are packages, which may hold models. */
export const npm: SearchableHub = { source: 'npm', lists: false, search };

const packageForm = z.object({
  name: z.string().regex(/^(?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*$/i),
  version: z.string().regex(/^[\w.+-]+$/),
  description: z.string().nullish(),
  keywords: z.array(z.string()).nullish(),
  license: z.string().nullish(),
  links: z.object({ npm: z.string().optional() }).nullish(),
});

type Package = z.infer<typeof packageForm>;

async function search({ text, limit }: HubQuery, options: ResolveOptions): Promise<readonly FoundModel[]> {
  const words = searchable(text);
  if (words.length === 0) return [];
  const answer = parse(await runSearch(['search', '--json', `--searchlimit=${limit}`, '--fetch-retries=0', '--', ...words], options));
  if (!Array.isArray(answer)) return failed('its answer is not a list of packages');
  return answer.flatMap((entry: unknown) => {
    const found = packageForm.safeParse(entry);
    return found.success && speaksOfModels(found.data) ? [describe(found.data)] : [];
  });
}

/** Words without what npm or a shell takes for something else: a leading `-` excludes, a leading `/` begins an expression. */
function searchable(text: string): string[] {
  const words = text.split(/[^\p{L}\p{N}@/._-]+/u).map((word) => word.replace(/^[-/._]+/, ''));
  return words.filter((word) => word !== '');
}

const LONGEST_ANSWER = 4 * 2 ** 20;

async function runSearch(args: readonly string[], { baseDir, signal }: ResolveOptions): Promise<string> {
  // npm is a .cmd on Windows, which only a shell starts; the words hold no characters that mean something to one.
  const settings = { cwd: resolve(baseDir ?? '.'), shell: process.platform === 'win32', maxBuffer: LONGEST_ANSWER, ...(signal && { signal }) };
  const { stdout } = await promisify(execFile)('npm', [...args], settings).catch(explain);
  return stdout;
}

function explain(error: NodeJS.ErrnoException & { readonly stderr?: string }): never {
  if (error.name === 'AbortError') throw error;
  if (error.code === 'ENOENT') return fail('HUB_NPM_MISSING', {}, error);
  const lines = (error.stderr ?? '').split('\n').flatMap((line) => /^npm (?:ERR!|error)\s+(.+)/.exec(line)?.[1] ?? []);
  const told = lines.filter((line) => !/^(?:code|errno|syscall|type) |log of this run/.test(line));
  return failed(told.slice(0, 3).join(' ') || `it ends with code ${error.code}`, error);
}

function failed(reason: string, cause?: unknown): never {
  return fail('SEARCH_FAILED', { source: 'npm', reason }, cause);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.slice(Math.max(0, text.search(/^\[/m))));
  } catch {
    return undefined;
  }
}

/** Most packages with the word of a query in them are no models. */
const MODEL_WORDS =
  /\b(?:onnx|onnxruntime|tfjs|tensorflow(?:js)?|keras|pre-?trained|models?|weights|neural|machine-?learning|deep-?learning|embeddings?|saved_?model)\b/i;

function speaksOfModels({ name, description, keywords }: Package): boolean {
  return MODEL_WORDS.test([name, description, ...(keywords ?? [])].join(' '));
}

function describe({ name, version, description, license, links }: Package): FoundModel {
  return {
    uri: `npm:${name}@${version}`,
    source: 'npm',
    title: name,
    ...(license && { licence: license }),
    format: 'npm package',
    ...(description && { notes: description }),
    facts: links?.npm ?? `https://www.npmjs.com/package/${name}`,
    importable: 'untried',
    measured: [],
  };
}
