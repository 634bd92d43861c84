// What somebody else's program does with a bundle for small images: onnxruntime, sharp, and the bundle's files. Prints the first output of each image.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

const [folder, ...files] = process.argv.slice(2);
const info = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'));
const session = await InferenceSession.create(join(folder, 'model.onnx'));
const outputs = [];
for (const file of files) {
  const { data, info: size } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const area = size.width * size.height;
  const pixels = Float32Array.from({ length: 3 * area }, (_, i) => data[(i % area) * 3 + Math.floor(i / area)] / 255);
  const results = await session.run({ [info.inputs[0].name]: new Tensor('float32', pixels, [1, 3, size.height, size.width]) });
  outputs.push(Array.from(results[info.outputs[0].name].data));
}
console.log(JSON.stringify({ names: session.inputNames.concat(session.outputNames), outputs }));
