import { findFeatures, findParameters, stageEnds } from '../../bases/surgery/index.js';
import { byteLength, RegraftError } from '../../core/index.js';
import { type Graph, inferTypes, type Model, specialise, type TensorType, type ValueInfo, type Work } from '../../engine/graph/index.js';
import type { TransformStep } from '../../learning/data/index.js';
import type { RunSpec } from '../spec/index.js';
import { type Base, dataInputs, loadModel } from './base.node.js';
import type { WorkflowContext } from './context.js';
import { type Block, blocksOf } from './inspect/blocks.js';
import { type InputSizes, inputDims } from './inspect/input-dims.js';
import { type Layer, layersOf } from './inspect/layers.js';
import { type RecipePlan, recipePlans } from './inspect/recipes.js';

export type { Block, Layer, RecipePlan };

export interface InspectRequest extends InputSizes {
  /** A model URI, a path, or a bundle; or one with what its file does not say. */
  readonly model: string | RunSpec['base'];
  /** Classes of the new head that the recipes are planned for; default: as many as the model has outputs. */
  readonly classes?: number;
  /** Whether to list every value of the graph. */
  readonly values?: boolean;
}

/** A value of the graph and its type; dimensions are numbers where they are fixed or were assumed. */
export interface ValueSummary {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | string | null)[] | undefined;
}

/** A value that can feed a head, and how many numbers it gives for a sample once pooled. */
export interface Tap {
  readonly name: string;
  readonly dims: readonly number[];
  readonly width: number;
}

export interface InspectResult extends Work {
  readonly uri: string;
  readonly sha256: string;
  readonly licence: string | undefined;
  readonly producer: string;
  readonly opset: number;
  readonly labels: readonly string[] | undefined;
  readonly preprocessing: readonly TransformStep[] | undefined;
  readonly inputs: readonly ValueSummary[];
  readonly outputs: readonly ValueSummary[];
  /** What the shapes and the cost below are for, by input. */
  readonly assumed: Readonly<Record<string, readonly number[]>>;
  readonly tensors: number;
  readonly parameters: number;
  /** Of all weights, those that do not train included. */
  readonly bytes: number;
  readonly blocks: readonly Block[];
  /** The layer before the head. */
  readonly features: Tap | undefined;
  readonly taps: readonly Tap[];
  readonly classes: number | undefined;
  readonly recipes: readonly RecipePlan[];
  readonly values: readonly ValueSummary[];
  /** Guesses, things left out. */
  readonly notes: readonly string[];
}

/**
 * Describes a model: layers, shapes, cost, what can be frozen or tapped, and what each recipe would train. Shapes, cost and recipes are left
 * out, with a note, where the shapes cannot be stated.
 * @throws the errors of {@link loadModel}; SHAPE_NO_INPUT, SHAPE_CONFLICT for dimensions that do not fit the inputs
 */
export async function inspect(request: InspectRequest, context: WorkflowContext = {}): Promise<InspectResult> {
  const base = await loadModel(request.model, context);
  const notes = [...base.notes, ...(base.assumption ? [base.assumption] : [])];
  const { graph } = base.model;
  const opset = base.model.opsets.get('') as number;
  const infos = dataInputs(graph);
  const assumed = inputDims(infos, { ...request, maxTokens: base.maxTokens }, base.preprocessing, (text) => notes.push(text));
  const types = tried(() => inferTypes(graph, opset, assumed).types, notes) ?? new Map<string, TensorType>();
  const known = types.size > 0;
  const parameters = findParameters(graph);
  const layers = layersOf(known ? specialise(graph, opset, assumed) : graph, parameters, types);
  return {
    ...facts(base),
    inputs: infos.map(summary),
    outputs: graph.outputs.map((output) => outputSummary(output, types)),
    assumed,
    tensors: parameters.length,
    parameters: parameters.reduce((sum, { size }) => sum + size, 0),
    bytes: bytesOf(graph),
    multiplyAdds: layers.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
    flops: layers.reduce((sum, { flops }) => sum + flops, 0),
    blocks: blocksOf(graph, parameters, layers),
    ...(known ? reuse(base, types, assumed, request.classes, notes) : { features: undefined, taps: [], classes: request.classes, recipes: [] }),
    values: request.values === true ? valuesOf(graph, types) : [],
    notes,
  };
}

function facts({
  uri,
  sha256,
  licence,
  labels,
  preprocessing,
  model,
}: Base): Pick<InspectResult, 'uri' | 'sha256' | 'licence' | 'labels' | 'preprocessing' | 'producer' | 'opset'> {
  const { name, version } = model.producer;
  return { uri, sha256, licence, labels, preprocessing, producer: `${name} ${version}`.trim(), opset: model.opsets.get('') as number };
}

/** What of the base a new model can be made of. */
function reuse(
  { model, labels, features: own }: Base,
  types: ReadonlyMap<string, TensorType>,
  assumed: Readonly<Record<string, readonly number[]>>,
  asked: number | undefined,
  notes: string[],
): Pick<InspectResult, 'features' | 'taps' | 'classes' | 'recipes'> {
  const classes = asked ?? labels?.length ?? types.get(model.graph.outputs[0]?.name ?? '')?.dims.at(-1);
  const features = tried(() => tapOf(own ?? findFeatures(model.graph), types), notes);
  if (features === undefined) return { features, taps: [], classes, recipes: [] };
  const taps = stageEnds(model.graph, types).map((name) => tapOf(name, types));
  const recipes = classes === undefined ? undefined : tried(() => recipesFor(model, features.name, assumed, classes), notes);
  return { features, taps, classes, recipes: recipes ?? [] };
}

function recipesFor(model: Model, features: string, assumed: Readonly<Record<string, readonly number[]>>, classes: number): RecipePlan[] {
  const sampleDims = Object.fromEntries(Object.entries(assumed).map(([name, dims]) => [name, dims.slice(1)]));
  return recipePlans(model, features, sampleDims, classes);
}

/** Positions of a feature map are averaged, and so are the tokens of a sequence `[N, T, C]`. */
function tapOf(name: string, types: ReadonlyMap<string, TensorType>): Tap {
  const dims = types.get(name)?.dims ?? [];
  return { name, dims, width: (dims.length === 3 ? dims[2] : dims[1]) ?? 0 };
}

/** The result, or `undefined` and a note where the model does not allow it. */
function tried<T>(work: () => T, notes: string[]): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RegraftError) || error.code === 'SHAPE_CONFLICT') throw error;
    notes.push(`${error.message} ${error.remedy}`);
    return undefined;
  }
}

function summary({ name, type }: ValueInfo): ValueSummary {
  return type.kind === 'tensor' ? { name, type: type.type, dims: type.dims } : { name, type: type.kind, dims: undefined };
}

/** As the model declares it; where it leaves dimensions open, as it comes out for the assumed inputs. */
function outputSummary(output: ValueInfo, types: ReadonlyMap<string, TensorType>): ValueSummary {
  const declared = summary(output);
  const isWhole = declared.dims?.every((dim) => dim !== null) ?? false;
  return isWhole ? declared : { ...declared, dims: types.get(output.name)?.dims ?? declared.dims };
}

function bytesOf({ initializers }: Graph): number {
  const stored = [...new Set(initializers.values())];
  return stored.reduce((sum, tensor) => sum + (tensor.type === 'opaque' ? tensor.bytes.byteLength : byteLength(tensor)), 0);
}

function valuesOf({ nodes }: Graph, types: ReadonlyMap<string, TensorType>): ValueSummary[] {
  const names = nodes.filter(({ op }) => op !== 'Constant').flatMap(({ outputs }) => outputs.filter((name) => name !== ''));
  return names.map((name) => ({ name, type: types.get(name)?.type ?? 'unknown', dims: types.get(name)?.dims }));
}
