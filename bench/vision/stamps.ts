import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageRow } from './rows.js';

/** Where Debian's `tuxpaint-stamps-default` lies: 796 photos and drawings (GPL-2), most of them cut out by their alpha. */
const FOLDER = '/usr/share/tuxpaint/stamps';

/** The categories with enough pictures for a training and a test set. */
const LABELS = ['animals', 'food', 'household', 'plants', 'seasonal', 'symbols', 'town', 'vehicles'];

/** Pictures and their category; those of one subject, which differ in a number or a word behind it, are one group. */
export function stamps(): ImageRow[] {
  if (!existsSync(FOLDER)) throw new Error(`${FOLDER} is missing: install Debian's tuxpaint-stamps-default.`);
  return LABELS.flatMap((label) => {
    const files = readdirSync(join(FOLDER, label), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.png'));
    return files.sort().map((file) => ({ id: `${label}/${file}`, image: join(FOLDER, label, file), label, group: `${label}/${subjectOf(file)}` }));
  });
}

/** The first word of a file's name, without numbers. */
function subjectOf(file: string): string {
  const [subject = ''] = file
    .replace(/^.*\//, '')
    .replace(/\.png$/, '')
    .toLowerCase()
    .split(/[-_ \d]/);
  return `${file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : ''}/${subject}`;
}
