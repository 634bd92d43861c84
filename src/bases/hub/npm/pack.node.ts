import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { fail } from '../../../core/index.js';
import { NetworkFailure } from '../retry.node.js';
import { parseJson } from './package-file.node.js';

/** A tarball that npm downloaded, with npm's own statement of what it should be. */
export interface PackedPackage {
  readonly file: string;
  readonly version: string;
  readonly integrity: string;
}

const answerForm = z.object({ version: z.string(), integrity: z.string(), filename: z.string() });

export interface PackRequest {
  /** `name` or `name@version`; already checked, so it cannot be an option of npm. */
  readonly spec: string;
  /** Folder for the tarball. */
  readonly destination: string;
  /** The user's project: its .npmrc decides registry, proxy and credentials. */
  readonly cwd: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Downloads a package with the user's own npm, without running any of its scripts.
 * @throws HUB_NPM_MISSING, HUB_PACKAGE_MISSING, HUB_NPM_FAILED, {@link NetworkFailure}
 */
export async function packPackage(request: PackRequest): Promise<PackedPackage> {
  const args = ['pack', request.spec, '--json', '--ignore-scripts', '--pack-destination', request.destination];
  const run = await runNpm(args, request.cwd, request.signal);
  if (run.code !== 0) explainFailure(run, request.spec);
  const answer = readAnswer(run.stdout);
  if (!answer) fail('HUB_NPM_FAILED', { spec: request.spec, reason: 'its answer holds no file name and integrity hash' });
  return { file: join(request.destination, fileName(answer.filename)), version: answer.version, integrity: answer.integrity };
}

interface NpmRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runNpm(args: readonly string[], cwd: string, signal: AbortSignal | undefined): Promise<NpmRun> {
  return new Promise((resolve, reject) => {
    // npm is a .cmd on Windows, which only a shell starts; the arguments hold no shell characters by construction.
    const shell = process.platform === 'win32';
    const quoted = shell ? args.map((argument) => `"${argument}"`) : [...args];
    const child = spawn('npm', quoted, { cwd, shell, stdio: ['ignore', 'pipe', 'pipe'], ...(signal ? { signal } : {}) });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }));
  }).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? fail('HUB_NPM_MISSING', {}, error) : Promise.reject(error),
  ) as Promise<NpmRun>;
}

/** The one package of the answer: npm prints a list, or an object by name, and sometimes lines before it. */
function readAnswer(stdout: string): z.infer<typeof answerForm> | undefined {
  const start = stdout.search(/^[[{]/m);
  const parsed = start < 0 ? undefined : parseJson(stdout.slice(start));
  const candidates = parsed !== null && typeof parsed === 'object' ? [parsed, ...Object.values(parsed)] : [];
  return candidates.map((candidate) => answerForm.safeParse(candidate)).find((result) => result.success)?.data;
}

/** Old npm versions print the scope with a slash but write the file with a dash. */
function fileName(name: string): string {
  return name.replace(/^@/, '').replaceAll('/', '-');
}

const NETWORK_CODES = /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ERR_SOCKET_TIMEOUT|ENETUNREACH|EINTEGRITY|\bE(?:429|5\d\d)\b/;

function explainFailure(run: NpmRun, spec: string): never {
  const lines = run.stderr.split('\n').filter((line) => /^npm (?:ERR!|error)/.test(line));
  const text = lines
    .map((line) => line.replace(/^npm (?:ERR!|error)\s*/, ''))
    .filter((line) => line !== '' && !/log of this run|debug-0\.log/.test(line));
  if (text.some((line) => /\bE404\b|\bETARGET\b/.test(line))) fail('HUB_PACKAGE_MISSING', { spec });
  const reason = text.slice(0, 3).join(' ') || `exit code ${run.code}`;
  if (NETWORK_CODES.test(text.join(' '))) throw new NetworkFailure(reason);
  fail('HUB_NPM_FAILED', { spec, reason });
}
