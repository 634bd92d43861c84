import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const glyphs = [
  { unified: '1F46E', category: 'People & Body', skin_variations: { '1F3FB': { unified: '1F46E-1F3FB' } } },
  { unified: '1F46E-200D-2640-FE0F', category: 'People & Body' },
  { unified: '0023-FE0F-20E3', category: 'Symbols' },
  { unified: '1F436', category: 'Animals & Nature' },
  { unified: '1F3FB', category: 'Component' },
];
const fluent = ['1f46e', '1f46e-1f3fb', '1f46e-200d-2640', '0023-fe0f-20e3', '1f436', '1f3fb'];
const twitter = ['1f46e', '1f46e-200d-2640-fe0f', '0023-fe0f-20e3', '1f3fb'];

/** Installs small stand-ins of the packages below `folder`; each image holds its own name. */
export function installPackages(folder: string): string {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, 'node_modules', path)), { recursive: true });
    writeFileSync(join(folder, 'node_modules', path), text);
  };
  write('@lobehub/fluent-emoji-3d/package.json', JSON.stringify({ version: '1.1.0' }));
  write('emoji-datasource-twitter/package.json', JSON.stringify({ version: '16.0.0' }));
  write('emoji-datasource-twitter/emoji.json', JSON.stringify(glyphs));
  for (const name of fluent) write(`@lobehub/fluent-emoji-3d/assets/${name}.webp`, `${name}.webp`);
  for (const name of twitter) write(`emoji-datasource-twitter/img/twitter/64/${name}.png`, `${name}.png`);
  return folder;
}
