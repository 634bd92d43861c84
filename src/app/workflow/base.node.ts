import { type BaseReference, importModel, type ModelSource, type Purpose } from '../../bases/importers/index.node.js';
import { type DenseTokens, denseTokens, fixedBatch, freeBatch, prepareModel, withFloatImages } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import type { Model, ValueInfo } from '../../engine/graph/index.js';
import { compileTransforms, evalTransforms, sampleRandom, type TransformStep } from '../../learning/data/index.js';
import { isBundle, readBundle } from '../../reuse/bundle/index.node.js';
import type { RunSpec } from '../spec/index.js';
import { withAdapterFrom } from './adapter.node.js';
import type { WorkflowContext } from './context.js';
import { hubOptions } from './hub-options.node.js';

/** A base model ready for surgery and training. */
export interface Base {
  readonly uri: string;
  readonly model: Model;
  readonly labels: readonly string[] | undefined;
  /** From a decoded image to the input tensor; `undefined` where the base does not say and nothing can be assumed. */
  readonly preprocessing: readonly TransformStep[] | undefined;
  /** What `preprocessing` assumes because the base does not say it. */
  readonly assumption: string | undefined;
  /** The value that a new head reads; `undefined` where that is the layer before the present head. */
  readonly features: string | undefined;
  /** The value `[N, T, C]` with a vector for each token, of a text model without a head. */
  readonly tokens: string | undefined;
  /** Tokens that a text model takes at most, where that is known. */
  readonly maxTokens: number | undefined;
  /** Whether a token sees only those before it. */
  readonly isCausal: boolean;
  /** What a text model takes for padding, where its tokenizer does not say it. */
  readonly padId: number | undefined;
  /** Files that belong to the model beside its graph, by name: tokenizer, processor. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly sha256: string;
  readonly licence: string | undefined;
  /** Set where the base takes batches of one size only, and why. */
  readonly fixedBatch?: { readonly size: number; readonly reason: string };
  /** What the user should know about the import. */
  readonly notes: readonly string[];
}

/**
 * Fetches, imports and prepares a base: `loadModel('npm:nsfwjs@4.3.0/dist/models/mobilenet_v2')`. A bundle, as a folder or a `.zip`, is a base, too.
 * @throws the errors of the hub, of the importers and of {@link prepareModel}
 */
export async function loadModel(base: string | RunSpec['base'], context: WorkflowContext = {}, purpose?: Purpose): Promise<Base> {
  const { preprocessing, adapter, ...named } = typeof base === 'string' ? { uri: base } : base;
  const reference = purpose === undefined ? named : { ...named, purpose };
  const plain = (await isBundle(reference.uri)) ? await fromBundle(reference.uri) : await fromImporter(reference, context);
  const loaded = adapter === undefined ? plain : await withAdapter(plain, adapter);
  return preprocessing === undefined ? loaded : { ...loaded, preprocessing: evalTransforms(preprocessing), assumption: undefined };
}

async function withAdapter(base: Base, path: string): Promise<Base> {
  const { model, notes } = await withAdapterFrom(base.model, path);
  return { ...base, model, notes: [...base.notes, ...notes] };
}

async function fromBundle(path: string): Promise<Base> {
  const { info, model, files } = await readBundle(path);
  return {
    ...prepared(model, []),
    uri: path,
    labels: info.labels,
    preprocessing: info.preprocessing,
    assumption: undefined,
    // What an embedding gives is what a head shall read; of other models, what their own head reads.
    features: info.task === 'sentence-embedding' ? model.graph.outputs[0]?.name : undefined,
    tokens: undefined,
    maxTokens: info.text?.maxLength,
    padId: info.text?.padId,
    isCausal: false,
    files,
    sha256: info.files['model.onnx']?.sha256 ?? '',
    licence: info.base.licence,
  };
}

/** What was assumed of the images where the base does not say it. */
function assumptionOf(steps: readonly TransformStep[] | undefined): string | undefined {
  const last = steps?.at(-1);
  if (last?.name !== 'to-tensor') return undefined;
  const range = last.range.join(', ');
  return `The base does not say how its images were prepared: RGB in [${range}] is assumed. State base.preprocessing if that is wrong.`;
}

async function fromImporter(reference: BaseReference, context: WorkflowContext): Promise<Base> {
  const {
    model,
    labels,
    preprocessing,
    features,
    tokens,
    maxTokens,
    isCausal = false,
    files,
    source,
    notes,
  } = await importModel(reference, hubOptions(context));
  const steps = preprocessing === undefined ? guessedPreprocessing(model) : evalTransforms(preprocessing);
  const ready = prepared(model, notes);
  return {
    ...withImages(ready),
    uri: source.uri,
    labels,
    preprocessing: steps,
    assumption: preprocessing === undefined ? assumptionOf(steps) : undefined,
    features: features ?? ready.features,
    tokens: tokens ?? ready.features,
    maxTokens: maxTokens ?? ready.maxTokens,
    padId: ready.padId,
    isCausal,
    files: files ?? new Map(),
    sha256: largest(source.files)?.sha256 ?? '',
    licence: source.licence,
  };
}

/** The file that holds most of a model, the weights. */
function largest(files: ModelSource['files']): ModelSource['files'][number] | undefined {
  return files.toSorted((a, b) => b.bytes - a.bytes)[0];
}

type Ready = Pick<Base, 'model' | 'fixedBatch' | 'notes'> & Partial<Pick<Base, 'features' | 'maxTokens' | 'padId'>>;

/** The same for images as they are decoded: float32. */
function withImages(ready: Ready): Ready {
  const { graph, changed } = withFloatImages(ready.model.graph);
  const notes = changed.map(
    (name) => `Images for "${name}" are whole numbers from 0 to 255 in the file; here they are given as float32 of the same values.`,
  );
  return { ...ready, model: { ...ready.model, graph }, notes: [...ready.notes, ...notes] };
}

/** The model made ready, for batches of any size if that can be, with token ids in one matrix. */
export function prepared(model: Model, notes: readonly string[]): Ready {
  const whole = prepareModel(model);
  const dense = denseTokens(whole);
  if (dense !== undefined) {
    const { model: ready, features, padding, length } = dense;
    return { model: ready, features, padId: padding, ...(length !== undefined && { maxTokens: length }), notes: [...notes, tokenNote(dense)] };
  }
  const freed = freeBatch(whole);
  const size = fixedBatch(freed.model.graph);
  if (size === undefined) return { model: freed.model, notes };
  const note = `The base takes batches of exactly ${size} samples. ${freed.reason}`;
  return { model: freed.model, fixedBatch: { size, reason: freed.reason ?? '' }, notes: [...notes, note] };
}

function tokenNote({ input, padding, length }: DenseTokens): string {
  const cut = length === undefined ? '' : ` Tokens of a text beyond ${length} do not count.`;
  return `The file takes token ids as a sparse matrix; here they are given as "${input}" [texts, tokens], shorter texts filled up with ${padding}.${cut}`;
}

/** For an image input of known size and nothing else known: RGB (or grey) in [0, 1]; whole numbers are the pixels themselves. */
function guessedPreprocessing({ graph }: Model): TransformStep[] | undefined {
  const [input, ...others] = dataInputs(graph);
  const dims = input?.type.kind === 'tensor' ? input.type.dims : undefined;
  if (others.length > 0 || dims?.length !== 4) return undefined;
  const layout = dims[3] === 3 || dims[3] === 1 ? 'nhwc' : 'nchw';
  const [channels, height, width] = layout === 'nchw' ? dims.slice(1) : [dims[3], dims[1], dims[2]];
  if (typeof height !== 'number' || typeof width !== 'number' || (channels !== 1 && channels !== 3)) return undefined;
  const isWhole = input?.type.kind === 'tensor' && /int/.test(input.type.type);
  return evalTransforms({ size: [height, width], layout, channels, ...(isWhole && { range: [0, 255] }) });
}

/** Inputs that take data; older files list initialisers as inputs, too. */
export function dataInputs(graph: Model['graph']): readonly ValueInfo[] {
  return graph.inputs.filter(({ name }) => !graph.initializers.has(name));
}

/** The single image input of a base and the shape its preprocessing gives. @throws BASE_INPUTS, BASE_INPUT_UNKNOWN */
export function imageInput(base: Base, steps: readonly TransformStep[] | undefined): Record<string, readonly number[]> {
  const inputs = dataInputs(base.model.graph);
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) fail('BASE_INPUTS', { inputs: inputs.map(({ name }) => name).join(', ') });
  if (steps === undefined) {
    const dims = input.type.kind === 'tensor' ? input.type.dims : undefined;
    fail('BASE_INPUT_UNKNOWN', { input: input.name, dims: (dims ?? []).map((dim) => dim ?? '?').join('×') });
  }
  const blank = { width: 8, height: 8, channels: 3 as const, data: new Uint8Array(8 * 8 * 3) };
  return { [input.name]: compileTransforms(steps)(blank, sampleRandom(0, 0, '')).dims };
}
