import { readFileSync } from 'node:fs';
import { fromBinary, type JsonObject, toJson } from '@bufbuild/protobuf';
import { GraphDefSchema } from '../../../src/bases/importers/tensorflow/proto/generated/tensorflow_pb.js';
import { bytesOf, float32, Random, sizeOf } from '../../../src/core/index.js';
import { tfFiles } from '../../../test/support/tensorflow.js';
import type { Files } from '../damage/index.js';
import { filesIn, isSmall, realFolders, type Sample } from './sample.js';

interface LayersCase {
  readonly topology: object;
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

const GOLDEN = new URL('../../../test/tfjs/layers.json', import.meta.url);
const FROZEN = ['frozen-cnn', 'frozen-loop', 'frozen-unet'];

const encode = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function layersFiles({ topology, weights }: LayersCase): Files {
  const random = new Random(11, 'fuzz');
  const entries = weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
  const data = weights.map(({ shape }) => Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(0.1, 1)));
  return {
    'model.json': encode({ modelTopology: topology, weightsManifest: [{ paths: ['weights.bin'], weights: entries }] }),
    'weights.bin': Buffer.concat(data.map((values) => bytesOf(float32([values.length], values)))),
  };
}

function layersCases(): readonly Sample[] {
  const { cases } = JSON.parse(readFileSync(GOLDEN, 'utf8')) as { readonly cases: Readonly<Record<string, LayersCase>> };
  return Object.entries(cases).map(([name, golden]) => ({ name, files: layersFiles(golden) }));
}

function realSamples(kind: string): readonly Sample[] {
  return realFolders(kind)
    .map((folder): Sample => ({ name: folder, files: filesIn(folder, /^model\.json$|\.bin$/) }))
    .filter((sample) => 'model.json' in sample.files && isSmall(sample));
}

export function tfjsLayersSamples(): readonly Sample[] {
  return [...layersCases(), ...realSamples('tfjs_layers')];
}

/** Layers models with all files wrapped as JavaScript modules, as the package nsfwjs has them. */
export function tfjsModuleSamples(): readonly Sample[] {
  return layersCases().map(({ name, files }) => ({
    name,
    files: {
      'model.min.js': Buffer.from(`module.exports = ${Buffer.from(files['model.json'] ?? []).toString()};`),
      'weights.bin.min.js': Buffer.from(`module.exports = "${Buffer.from(files['weights.bin'] ?? []).toString('base64')}";`),
    },
  }));
}

export function tfjsGraphSamples(): readonly Sample[] {
  return [...FROZEN.map(frozenSample), ...realSamples('tfjs_graph')];
}

const STORED = { DT_FLOAT: 'float32', DT_INT32: 'int32', DT_BOOL: 'bool' } as const;

/** A frozen graph as tensorflowjs_converter writes it: the graph as JSON, its constants in a shard. */
function frozenSample(name: string): Sample {
  const bytes = Object.entries(tfFiles(name)).find(([path]) => path.endsWith('.pb'))?.[1] ?? new Uint8Array();
  const graph = fromBinary(GraphDefSchema, bytes);
  const data: Uint8Array[] = [];
  const weights: object[] = [];
  for (const node of graph.node) {
    const value = node.attr['value']?.value;
    if (node.op !== 'Const' || value?.case !== 'tensor') continue;
    const { dtype, tensorShape, tensorContent, floatVal, intVal } = value.value;
    const kind = Object.values(STORED)[[1, 3, 10].indexOf(dtype)];
    if (!kind) continue;
    const shape = tensorShape?.dim.map(({ size }) => Number(size)) ?? [];
    const values = kind === 'float32' ? Float32Array.from(floatVal) : Int32Array.from(intVal);
    const repeated =
      kind === 'float32' ? new Float32Array(sizeOf(shape)).fill(values.at(-1) ?? 0) : new Int32Array(sizeOf(shape)).fill(values.at(-1) ?? 0);
    if (tensorContent.byteLength === 0) repeated.set(values.subarray(0, repeated.length));
    data.push(tensorContent.byteLength > 0 ? tensorContent : new Uint8Array(repeated.buffer));
    weights.push({ name: node.name, shape, dtype: kind });
    value.value.tensorContent = new Uint8Array();
  }
  const modelTopology = toJson(GraphDefSchema, graph) as JsonObject;
  const files = {
    'model.json': encode({ format: 'graph-model', modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights }] }),
    'weights.bin': Buffer.concat(data),
  };
  return { name, files };
}
