/** Writes the documentation that is generated from the sources. */
import { writeFileSync } from 'node:fs';
import { generatedPages } from './docs/pages.js';

for (const [file, text] of Object.entries(generatedPages())) writeFileSync(new URL(`../${file}`, import.meta.url), text);
