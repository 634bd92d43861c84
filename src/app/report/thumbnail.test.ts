import sharp from 'sharp';
import { expect, it } from 'vitest';
import { thumbnail } from './thumbnail.node.js';

it('shrinks an image and keeps its proportions', async () => {
  const uri = await thumbnail({ width: 800, height: 400, channels: 3, data: new Uint8Array(800 * 400 * 3) });
  expect(uri).toMatch(/^data:image\/webp;base64,/);
  expect(await sharp(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64')).metadata()).toMatchObject({ width: 192, height: 96, format: 'webp' });
});
