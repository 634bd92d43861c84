#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runProgram } from './program.js';
import { processTerminal } from './terminal.js';
import { verbs } from './verbs/index.js';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
process.exitCode = await runProgram(process.argv.slice(2), { verbs, version, terminal: processTerminal() });
