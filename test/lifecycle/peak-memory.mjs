// Predicts a folder of COUNT pictures of a million pixels and prints the most memory that took, in bytes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { predict } from '../../dist/app/workflow/index.node.js';

const [bundle, folder, count] = process.argv.slice(2);
mkdirSync(folder);
const jpeg = await sharp({ create: { width: 1000, height: 1000, channels: 3, background: 'teal' } })
  .jpeg()
  .toBuffer();
for (let i = 0; i < Number(count); i++) writeFileSync(join(folder, `${i}.jpg`), jpeg);
await predict({ bundle, inputs: [folder] });
console.log(process.resourceUsage().maxRSS * 1024);
