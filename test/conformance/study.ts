import { readFileSync } from 'node:fs';
import { liftConstants, type Model, normalizeModel, readModel, type ValueType, writeModel } from '../../src/engine/graph/index.js';
import { type Case, storedFiles } from './cases.js';
import { compare, Mismatch, type Results, runModel, sameResults } from './ort.js';
import { NOT_TENSORS, OTHER_RESULT, reasonFor } from './reasons.js';
import { readTensorFile, type Stored } from './tensor-file.js';

/** `passes`, what went wrong, or `undefined` where the stage does not apply. */
type Stage = 'passes' | string | undefined;

export interface Outcome {
  readonly group: string;
  readonly name: string;
  /** Read, written, read again: the same model. */
  readonly readWrite: Stage;
  /** Stock ONNX Runtime gives the stored outputs for the original file. */
  readonly stock: Stage;
  /** The file written again gives the stored outputs; where stock gives others, exactly those. */
  readonly roundTrip: Stage;
  /** The model brought to opset 21, inlined and simplified gives the stored outputs. */
  readonly normalized: Stage;
}

export async function studyCase(item: Case): Promise<Outcome> {
  const { group, name } = item;
  const bytes = readFileSync(item.model);
  const model = readModel(bytes, undefined, name);
  const written = writeModel(model);
  const readWrite = attempt(() => equalBytes(written, writeModel(readModel(written))));
  if (!hasOnlyTensors(model)) return { group, name, readWrite, stock: NOT_TENSORS, roundTrip: undefined, normalized: undefined };
  const data = loadData(item, model);
  const stock = await run(bytes, data);
  const reason = stock.failure && reasonFor(name, stock.failure.message, stock.failure instanceof Mismatch);
  return {
    group,
    name,
    readWrite,
    stock: reason ?? 'passes',
    roundTrip: await roundTripStage(written, data, reason, stock.results),
    normalized: await normalizedStage(model, data, stock.failure === undefined),
  };
}

interface Data {
  readonly outputNames: readonly string[];
  readonly inputs: readonly (readonly Stored[])[];
  readonly outputs: readonly (readonly (Stored | undefined)[])[];
}

function loadData(item: Case, model: Model): Data {
  const read = (path: string): Stored => readTensorFile(path) ?? { name: '', strings: [], dims: [] };
  return {
    outputNames: model.graph.outputs.map((output) => output.name),
    inputs: item.dataSets.map((folder) => storedFiles(folder, 'input').map(read)),
    outputs: item.dataSets.map((folder) => storedFiles(folder, 'output').map(readTensorFile)),
  };
}

function hasOnlyTensors(model: Model): boolean {
  const isTensor = (type: ValueType): boolean => type.kind === 'tensor';
  return [...model.graph.inputs, ...model.graph.outputs].every((info) => isTensor(info.type));
}

interface Run {
  readonly results?: readonly Results[];
  readonly failure?: Error;
}

/** Runs and compares with the stored outputs. */
async function run(bytes: Uint8Array, data: Data): Promise<Run> {
  let results: readonly Results[];
  try {
    results = await runModel(bytes, data.inputs);
  } catch (failure) {
    return { failure: failure as Error };
  }
  try {
    results.forEach((result, index) => {
      compare(result, data.outputs[index] ?? [], data.outputNames);
    });
    return { results };
  } catch (failure) {
    return { results, failure: failure as Error };
  }
}

async function roundTripStage(written: Uint8Array, data: Data, reason: string | undefined, stock: readonly Results[] | undefined): Promise<Stage> {
  if (reason === OTHER_RESULT && stock) {
    const again = await runModel(written, data.inputs);
    return again.every((result, index) => sameResults(result, stock[index])) ? 'passes' : 'differs from the original file';
  }
  return reason ? undefined : ((await run(written, data)).failure?.message ?? 'passes');
}

/** Also tried where stock fails: the upgrade replaces old operators that ONNX Runtime has no kernels for any more. */
async function normalizedStage(model: Model, data: Data, stockPasses: boolean): Promise<Stage> {
  try {
    const failure = (await run(writeModel(liftConstants(normalizeModel(model))), data)).failure;
    if (!failure) return 'passes';
    return stockPasses ? failure.message : undefined;
  } catch (failure) {
    return stockPasses ? String(failure) : undefined;
  }
}

function attempt(check: () => boolean): Stage {
  try {
    return check() ? 'passes' : 'differs';
  } catch (failure) {
    return String(failure);
  }
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
