/**
 * Checks the direction of imports and prints every violation:
 * `check-imports [FOLDER]`, where FOLDER is the source tree (default: src). Exit code 1 when there is a violation.
 */
import { fileURLToPath } from 'node:url';
import { checkImports } from './imports/check.js';
import { readImports } from './imports/read.js';

const source = process.argv[2] ?? fileURLToPath(new URL('../src', import.meta.url));
const files = readImports(source);
const violations = checkImports(files);
for (const { rule, from, to } of violations) console.error(`${rule}: ${from} imports ${to}`);
console.log(`${files.size} files, ${[...files.values()].flat().length} imports, ${violations.length} violations`);
if (files.size === 0 || violations.length > 0) process.exitCode = 1;
