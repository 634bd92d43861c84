import { didYouMean, fail } from '../../../../core/index.js';
import type { TfPort } from '../graph.js';
import type { MetaGraphDef, SignatureDef, TensorInfo } from '../proto/generated/tensorflow_pb.js';
import { tensorText } from './ports.js';
import { type TfFile, unsupported } from './source.js';
import { readShape, readType } from './types.js';

/** One way to call a model. */
export interface Signature {
  readonly name: string;
  /** By name. */
  readonly inputs: readonly TfPort[];
  readonly outputs: readonly TfPort[];
}

/** The graph to run, not to train. */
export function chooseMetaGraph(graphs: readonly MetaGraphDef[]): MetaGraphDef | undefined {
  const tagsOf = (graph: MetaGraphDef): readonly string[] => graph.metaInfoDef?.tags ?? [];
  const serving = graphs.filter((graph) => tagsOf(graph).includes('serve'));
  const candidates = serving.length > 0 ? serving : graphs.filter((graph) => !tagsOf(graph).includes('train'));
  return fewestTags(candidates.length > 0 ? candidates : graphs, tagsOf);
}

function fewestTags(graphs: readonly MetaGraphDef[], tagsOf: (graph: MetaGraphDef) => readonly string[]): MetaGraphDef | undefined {
  return [...graphs].sort((a, b) => tagsOf(a).length - tagsOf(b).length)[0];
}

const INIT = '__saved_model_init_op';
/** Names that stand for the usual way to call a model: of TensorFlow Serving, of TensorFlow Hub, of estimators. */
const USUAL = ['serving_default', 'default', 'predict'];

/** @throws IMPORT_SIGNATURE; IMPORT_FORMAT_UNSUPPORTED for sparse inputs */
export function chooseSignature(graph: MetaGraphDef, asked: string | undefined, source: TfFile): Signature {
  const all = new Map(Object.entries(graph.signatureDef).filter(([name]) => name !== INIT));
  const name = asked ?? usualName(all);
  const signature = name === undefined ? undefined : all.get(name);
  if (name !== undefined && signature) return readSignature(name, signature, source);
  const reason =
    asked !== undefined ? `has no signature "${asked}"` : all.size === 0 ? 'has no signature to call it by' : 'can be called in several ways';
  const hint = asked === undefined ? '' : didYouMean(asked, [...all.keys()]);
  return fail('IMPORT_SIGNATURE', { uri: source.uri, reason, signatures: listNames([...all.keys()]), hint });
}

/** Names for a message. */
export function listNames(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `"${name}"`).join(', ');
}

export function signatureNames(graph: MetaGraphDef): string[] {
  return Object.keys(graph.signatureDef).filter((name) => name !== INIT);
}

function usualName(all: ReadonlyMap<string, SignatureDef>): string | undefined {
  if (all.size === 1) return [...all.keys()][0];
  const usual = USUAL.find((name) => all.has(name));
  if (usual !== undefined) return usual;
  const [only, ...more] = [...all].filter(([, { methodName }]) => methodName.endsWith('/predict'));
  return more.length === 0 ? only?.[0] : undefined;
}

function readSignature(name: string, { inputs, outputs }: SignatureDef, source: TfFile): Signature {
  const ports = (infos: Readonly<Record<string, TensorInfo>>): TfPort[] =>
    Object.entries(infos)
      .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
      .map(([key, info]) => portOf(key, info, source));
  return { name, inputs: ports(inputs), outputs: ports(outputs) };
}

function portOf(name: string, { name: tensor, dtype, tensorShape }: TensorInfo, source: TfFile): TfPort {
  if (tensor === '') unsupported(source, `a TensorFlow model whose "${name}" is a sparse or composite tensor`, 'models of dense tensors');
  return { name, tensor: tensorText(tensor), type: readType(dtype), dims: readShape(tensorShape) };
}
