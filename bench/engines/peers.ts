import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PEERS } from '../paths.js';

/** Installs packages that only the benchmark needs into a folder of their own. @returns why that failed */
export function installPeer(packages: Readonly<Record<string, string>>): { readonly absent: string } | undefined {
  const names = Object.keys(packages);
  if (names.every((name) => existsSync(join(PEERS, 'node_modules', name)))) return undefined;
  mkdirSync(PEERS, { recursive: true });
  if (!existsSync(join(PEERS, 'package.json'))) writeFileSync(join(PEERS, 'package.json'), '{ "private": true }\n');
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const { status } = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...wanted], {
    cwd: PEERS,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return status === 0 ? undefined : { absent: `npm could not install ${wanted.join(' and ')}` };
}

/** Path of the file that such a package is imported by. */
export function peerFile(name: string): string {
  return createRequire(join(PEERS, 'package.json')).resolve(name);
}

export async function importPeer<Module>(name: string): Promise<Module> {
  return (await import(pathToFileURL(peerFile(name)).href)) as Module;
}

export function peerVersion(name: string): string {
  return (JSON.parse(readFileSync(join(PEERS, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
}
