import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compileTransforms, type Dataset, sampleRandom, subset } from '../../../learning/data/index.js';
import { softmax } from '../../../learning/tasks/index.js';
import type { Session } from '../session.node.js';
import type { PlainPrediction } from './summary.js';

/** The whole program: ONNX Runtime, the bundle's two files, and the numbers of one prepared image. */
const PROGRAM = `// Predicts with a bundle by plain ONNX Runtime: node predict.mjs BUNDLE INPUT [FILE THAT SEES ONNXRUNTIME-NODE]
// INPUT holds the float32 numbers of one image, prepared by the steps that bundle.json lists under "preprocessing".
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [bundle, input, from = import.meta.url] = process.argv.slice(2);
const { InferenceSession, Tensor } = createRequire(from)('onnxruntime-node');
const { inputs, labels } = JSON.parse(readFileSync(bundle + '/bundle.json', 'utf8'));
const session = await InferenceSession.create(bundle + '/model.onnx');
const numbers = new Float32Array(Uint8Array.from(readFileSync(input)).buffer);
const image = new Tensor('float32', numbers, [1, ...inputs[0].dims.slice(1)]);
const [logits] = Object.values(await session.run({ [inputs[0].name]: image }));
const exponentials = Array.from(logits.data, (logit) => Math.exp(logit - Math.max(...logits.data)));
const sum = exponentials.reduce((a, b) => a + b);
const probabilities = exponentials.map((value) => value / sum);
const best = probabilities.indexOf(Math.max(...probabilities));
console.log(JSON.stringify({ label: labels[best], probability: probabilities[best], probabilities }));
`;

interface Said {
  readonly label: string;
  readonly probability: number;
  readonly probabilities: readonly number[];
}

/**
 * Prepares one image as the bundle says and lets a program that knows only ONNX Runtime predict it, in a process of its own; `predict.mjs`
 * and its input stay in `folder` for the reader to try.
 */
export async function predictPlainly(folder: string, bundle: string, session: Session, dataset: Dataset, index: number): Promise<PlainPrediction> {
  const content = await dataset.load(index);
  const { label, location } = dataset.sample(index);
  const steps = session.transforms?.eval ?? [];
  const [program, input] = [join(folder, 'predict.mjs'), join(folder, 'image.f32')];
  await writeFile(program, PROGRAM);
  if (content.kind === 'image') {
    const { data } = compileTransforms(steps)(content.image, sampleRandom(0, 0, ''));
    await writeFile(input, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const { stdout } = await promisify(execFile)(process.execPath, [program, bundle, input, fileURLToPath(import.meta.url)]);
  const said = JSON.parse(stdout) as Said;
  const names = dataset.target.kind === 'classes' ? dataset.target.names : [];
  return {
    image: basename(location),
    label: said.label,
    probability: said.probability,
    truth: names[label as number] ?? '',
    difference: await differenceFrom(said, session, dataset, index),
  };
}

async function differenceFrom({ probabilities }: Said, { learner }: Session, dataset: Dataset, index: number): Promise<number> {
  const { predictions } = await learner.evaluate(subset(dataset, [index]));
  const own = softmax(predictions.outputs);
  return Math.max(...probabilities.map((value, i) => Math.abs(value - (own[i] as number))));
}
