// What somebody else's program does with a bundle: nothing but onnxruntime and bundle.json. Prints the probabilities by label.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [folder, file, dims] = process.argv.slice(2);
const info = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'));
const bytes = readFileSync(file);
const input = new Tensor('float32', new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), [1, ...dims.split(',').map(Number)]);
const session = await InferenceSession.create(join(folder, 'model.onnx'));
const results = await session.run({ [info.inputs[0].name]: input });
const logits = Array.from(results[info.outputs[0].name].data);
const exponentials = logits.map((value) => Math.exp(value - Math.max(...logits)));
const sum = exponentials.reduce((a, b) => a + b, 0);
console.log(JSON.stringify(Object.fromEntries(info.labels.map((label, i) => [label, exponentials[i] / sum]))));
