import { type ChildProcess, spawn } from 'node:child_process';

const door = new URL('../../src/bases/hub/index.node.ts', import.meta.url).href;

/** Writes a line to stderr for whatever would leave the machine, and lets none of it through. */
const DENY = `
  import net from 'node:net'; import dns from 'node:dns'; import child from 'node:child_process'; import { syncBuiltinESMExports } from 'node:module';
  const deny = (name) => () => { process.stderr.write('DENIED ' + name + '\\n'); throw new Error('denied: ' + name); };
  net.Socket.prototype.connect = deny('connect');
  dns.lookup = deny('lookup'); dns.promises.lookup = deny('lookup');
  child.spawn = deny('spawn');
  syncBuiltinESMExports();
`;

export interface Child {
  readonly process: ChildProcess;
  /** Exit code and output. */
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

/** A process of its own that runs a module with `resolveUri` at hand; `denied`: without a network. */
export function startChild(script: string, { denied = false }: { readonly denied?: boolean } = {}): Child {
  const preload = denied ? ['--import', `data:text/javascript,${encodeURIComponent(DENY)}`] : [];
  const source = `import { resolveUri } from ${JSON.stringify(door)};\n${script}`;
  const child = spawn(process.execPath, ['--import', 'tsx', ...preload, '--input-type=module', '--eval', source], { stdio: 'pipe' });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  return { process: child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err }))) };
}
