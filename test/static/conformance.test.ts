import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RegraftError, type Tensor, toNumbers } from '../../src/core/index.js';
import { inferTypes, type Model, normalizeModel, readModel, type StaticTypes } from '../../src/engine/graph/index.js';
import { type Case, DATA_ROOT, hasData, listCases, storedFiles } from '../conformance/cases.js';
import { type Results, runModel } from '../conformance/ort.js';
import { readTensorFile, type Stored } from '../conformance/tensor-file.js';

/** Outputs that have no static type, by what the library says, and why that is so. */
const DYNAMIC: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/of (NonMaxSuppression|Unique) node/, 'the shape depends on the data'],
  [/of (Loop|Scan) node/, 'what a loop gives depends on how often it runs'],
  [/of (Sequence|SequenceMap|Optional|SequenceConstruct) node/, 'the output is a sequence or an optional value'],
  [/ONNX type number 8/, 'the output is text'],
  [/which is no standard ONNX operator/, 'a training operator, in no runtime'],
];

type Verdict = 'equal' | 'not tensors' | 'not read' | { readonly dynamic: string } | { readonly wrong: string };

function read(path: string): Stored | undefined {
  try {
    return readTensorFile(path);
  } catch {
    // Sequences and optional values do not decode as tensors.
    return undefined;
  }
}

/** bfloat16 data is stored as if it were uint16. */
function typed(value: Tensor, type: string | undefined): Tensor {
  return type === 'bfloat16' && value.type === 'uint16' ? { ...value, type } : value;
}

/** The stored inputs as initialisers, so that shapes given as inputs are known. */
function withStoredInputs(model: Model, stored: readonly (Stored | undefined)[]): Model | undefined {
  const inputs = model.graph.inputs.filter((input) => !model.graph.initializers.has(input.name));
  const initializers = new Map(model.graph.initializers);
  for (const [index, { name, type }] of inputs.entries()) {
    const value = stored[index];
    if (!value || !('tensor' in value)) return undefined;
    initializers.set(name, typed(value.tensor, type.kind === 'tensor' ? type.type : undefined));
  }
  return { ...model, graph: { ...model.graph, initializers } };
}

function infer({ graph, opsets }: Model, allConstant: boolean): StaticTypes | string {
  try {
    return inferTypes(graph, opsets.get('') as number, {}, allConstant ? { constants: new Set(graph.initializers.keys()) } : {});
  } catch (error) {
    if (error instanceof RegraftError) return error.message;
    throw error;
  }
}

function compareTypes({ types }: StaticTypes, name: string, type: string, dims: readonly number[]): string | undefined {
  const ours = types.get(name);
  if (ours && ours.type === type && ours.dims.join() === dims.join()) return undefined;
  return `${name} is ${ours?.type} [${ours?.dims}] instead of ${type} [${dims}]`;
}

/** Tolerance of the ONNX backend test suite. */
function compareValues(actual: Tensor, expected: Tensor): string | undefined {
  const [a, b] = [toNumbers(actual), toNumbers(expected)];
  // The stored bfloat16 numbers are cut off, not rounded.
  const relative = actual.type === 'bfloat16' ? 2 ** -7 : 1e-3;
  const wrong = b.findIndex((value, i) => !Object.is(a[i], value) && !(Math.abs((a[i] as number) - value) <= 1e-7 + relative * Math.abs(value)));
  return wrong < 0 ? undefined : `element ${wrong} is ${a[wrong]} instead of ${b[wrong]}`;
}

async function runByOnnxRuntime(path: string, inputs: readonly Stored[]): Promise<Results | undefined> {
  try {
    return (await runModel(readFileSync(path), [inputs]))[0];
  } catch {
    // No kernel: the stored outputs remain.
    return undefined;
  }
}

/** Counts of values computed at compile time. */
const folded = { count: 0 };

async function study(item: Case): Promise<Verdict> {
  const dataSet = item.dataSets[0];
  const inputs = dataSet ? storedFiles(dataSet, 'input').map(read) : [];
  const model = withStoredInputs(normalizeModel(readModel(readFileSync(item.model))), inputs);
  if (!model || !dataSet) return 'not tensors';
  const expected = storedFiles(dataSet, 'output').map(read);
  const results = await runByOnnxRuntime(item.model, inputs as Stored[]);
  const wrong: string[] = [];
  for (const allConstant of [false, true]) {
    const inferred = infer(model, allConstant);
    if (typeof inferred === 'string') return { dynamic: DYNAMIC.find(([pattern]) => pattern.test(inferred))?.[1] ?? `NO REASON: ${inferred}` };
    for (const [index, { name }] of model.graph.outputs.entries()) {
      const stored = expected[index];
      const ran = results?.[name];
      if (ran) wrong.push(...[compareTypes(inferred, name, ran.type, ran.dims)].flatMap((message) => message ?? []));
      if (!stored || !('tensor' in stored)) continue;
      const value = inferred.constants.get(name);
      if (value) folded.count++;
      const wanted = typed(stored.tensor, inferred.types.get(name)?.type);
      const messages = [compareTypes(inferred, name, wanted.type, wanted.dims), value && compareValues(value, wanted)];
      wrong.push(...messages.flatMap((message) => message ?? []));
    }
  }
  return wrong.length > 0 ? { wrong: wrong.join('; ') } : 'equal';
}

describe.skipIf(!hasData())('static types of the ONNX backend test cases', () => {
  it(`are those of ONNX Runtime's results (${DATA_ROOT})`, { timeout: 300_000 }, async () => {
    const verdicts = new Map<string, Verdict>();
    for (const item of listCases()) verdicts.set(`${item.group}/${item.name}`, await study(item));
    const counts = new Map<string, number>();
    const failures: string[] = [];
    for (const [name, verdict] of verdicts) {
      const kind = typeof verdict === 'string' ? verdict : 'dynamic' in verdict ? verdict.dynamic : 'wrong';
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      if (typeof verdict !== 'string' && 'wrong' in verdict) failures.push(`${name}: ${verdict.wrong}`);
      if (kind.startsWith('NO REASON')) failures.push(`${name}: ${kind}`);
    }
    console.info(Object.fromEntries(counts), folded);
    expect(failures).toEqual([]);
    expect(counts.get('equal')).toBeGreaterThan(1000);
  });
});
