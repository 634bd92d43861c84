import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compileTransforms, type Dataset, sampleRandom, type TransformStep } from '../../../learning/data/index.js';

/** What a program without Regraft predicted. */
export interface PlainPrediction {
  readonly image: string;
  readonly label: string;
  readonly probability: number;
  readonly truth: string;
}

/** The whole program: ONNX Runtime, the bundle's two files, and the numbers of one prepared image. */
const PROGRAM = `// Predicts with a bundle by plain ONNX Runtime: node predict.mjs BUNDLE INPUT PACKAGE
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [bundle, input, from] = process.argv.slice(2);
const { InferenceSession, Tensor } = createRequire(from)('onnxruntime-node');
const { inputs, labels } = JSON.parse(readFileSync(bundle + '/bundle.json', 'utf8'));
const session = await InferenceSession.create(bundle + '/model.onnx');
const numbers = new Float32Array(Uint8Array.from(readFileSync(input)).buffer);
const [result] = Object.values(await session.run({ [inputs[0].name]: new Tensor('float32', numbers, [1, ...inputs[0].dims.slice(1)]) }));
const exponentials = Array.from(result.data, Math.exp);
const sum = exponentials.reduce((a, b) => a + b);
const best = exponentials.indexOf(Math.max(...exponentials));
console.log(JSON.stringify({ label: labels[best], probability: exponentials[best] / sum }));
`;

/** Prepares one image as the bundle says and lets a program that knows only ONNX Runtime predict it, in a process of its own. */
export async function predictPlainly(
  folder: string,
  bundle: string,
  steps: readonly TransformStep[],
  dataset: Dataset,
  index: number,
): Promise<PlainPrediction> {
  const content = await dataset.load(index);
  const sample = dataset.sample(index);
  if (content.kind !== 'image') throw new TypeError('the demo predicts images');
  const { data } = compileTransforms(steps)(content.image, sampleRandom(0, 0, ''));
  const [program, input] = [join(folder, 'predict.mjs'), join(folder, 'image.f32')];
  await writeFile(program, PROGRAM);
  await writeFile(input, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const { stdout } = await promisify(execFile)(process.execPath, [program, bundle, input, fileURLToPath(import.meta.url)]);
  const names = dataset.target.kind === 'classes' ? dataset.target.names : [];
  return { image: sample.location, truth: names[sample.label as number] ?? '', ...(JSON.parse(stdout) as { label: string; probability: number }) };
}
