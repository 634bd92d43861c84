// Installs the development dependencies when they are absent or older than the lock file. Uses only Node itself, because
// it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MINIMUM_NODE = [20, 19];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, 'package-lock.json');
// npm writes this file at the end of a successful install.
const installed = join(root, 'node_modules', '.package-lock.json');

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  console.error(`Regraft needs Node ${MINIMUM_NODE.join('.')} or later; this is Node ${process.versions.node}.`);
  process.exit(1);
}

function isInstalled() {
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

function install() {
  console.log('Installing dependencies (npm ci) …');
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const shell = process.platform === 'win32' && command === 'npm';
  const { status } = spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit', shell });
  if (status !== 0) {
    console.error('Installing the dependencies failed. Check the network and npm, then run the same command again.');
    process.exit(1);
  }
}

checkNode();
if (!isInstalled()) install();
