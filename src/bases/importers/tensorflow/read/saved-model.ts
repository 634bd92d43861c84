import { fail } from '../../../../core/index.js';
import type { HubFolder } from '../../../hub/index.js';
import type { TfPort } from '../graph.js';
import { type MetaGraphDef, SavedModelSchema } from '../proto/generated/tensorflow_pb.js';
import { TensorBundle } from './bundle/index.js';
import { type Flat, flatten } from './flatten.js';
import type { TfReading } from './graph-def.js';
import { Program } from './program.js';
import { chooseMetaGraph, chooseSignature, listNames, type Signature, signatureNames } from './signature.js';
import { decode, invalid, type TfFile, unsupported } from './source.js';
import { readVariables } from './variables.js';

/**
 * Reads one signature of a SavedModel: `saved_model.pb` with `variables/variables.index` and `variables/variables.data-00000-of-00001` beside
 * it. Written by TensorFlow 1 or 2, by Keras, or as a module of TensorFlow Hub.
 * @param signature else `serving_default`, the only one, or the one that predicts
 * @throws IMPORT_SIGNATURE, IMPORT_FILE_INVALID, IMPORT_FORMAT_UNSUPPORTED, IMPORT_VARIABLES_MISSING, HUB_FILE_MISSING
 */
export async function readSavedModel(folder: HubFolder, entry: string, signature: string | undefined): Promise<TfReading> {
  const source: TfFile = { uri: folder.source.uri, file: entry, format: 'a TensorFlow SavedModel' };
  if (entry.endsWith('txt')) unsupported(source, 'a SavedModel in text form', 'binary SavedModels (saved_model.pb)');
  const model = decode(SavedModelSchema, await folder.root.read(entry), source, 'it');
  const meta = chooseMetaGraph(model.metaGraphs) ?? invalid(source, 'it holds no graph');
  const chosen = chooseSignature(meta, signature, source);
  const base = entry.slice(0, entry.lastIndexOf('/') + 1);
  const prefix = `${base}variables/variables`;
  const files = await folder.root.list();
  const bundle = files.includes(`${prefix}.index`) ? await TensorBundle.open(folder, prefix) : undefined;
  return readMetaGraph(meta, chosen, bundle, source);
}

/** @throws IMPORT_FILE_INVALID, IMPORT_FORMAT_UNSUPPORTED, IMPORT_SIGNATURE, IMPORT_VARIABLES_MISSING */
export async function readMetaGraph(meta: MetaGraphDef, chosen: Signature, bundle: TensorBundle | undefined, source: TfFile): Promise<TfReading> {
  const program = new Program(meta.graphDef ?? invalid(source, 'it holds no graph'), source);
  const flat = flatten(program, chosen.inputs, chosen.outputs);
  refuseExamples(flat, chosen, meta, source);
  const variables = await readVariables(flat.nodes, program, meta.saverDef?.restoreOpName ?? '', bundle);
  const [inputs, unused] = splitInputs(flat);
  return { graph: { ...flat, inputs, variables }, notes: [...signatureNotes(chosen, signatureNames(meta)), ...unusedNotes(unused)] };
}

/** Signatures of training steps take labels, which the outputs may not need. */
function splitInputs({ nodes, inputs, outputs }: Flat): [used: TfPort[], unused: TfPort[]] {
  const read = new Set([...nodes.flatMap((node) => node.inputs), ...outputs.map(({ tensor }) => tensor)]);
  return [inputs.filter(({ tensor }) => read.has(tensor)), inputs.filter(({ tensor }) => !read.has(tensor))];
}

function unusedNotes(unused: readonly TfPort[]): string[] {
  return unused.length === 0 ? [] : [`The outputs do not depend on ${listNames(unused.map(({ name }) => name))}, which was left out of the inputs.`];
}

/** Serialised `tf.Example` records are a format of files, not of tensors. */
function refuseExamples({ nodes }: Flat, { name }: Signature, meta: MetaGraphDef, { uri }: TfFile): void {
  if (!nodes.some(({ op }) => /^Parse(?:Single)?(?:Sequence)?Example/.test(op))) return;
  const others = signatureNames(meta).filter((other) => other !== name);
  fail('IMPORT_SIGNATURE', {
    uri,
    reason: `takes serialised tf.Example records with its signature "${name}"`,
    signatures: listNames([name, ...others]),
    hint: '',
  });
}

function signatureNotes({ name }: Signature, names: readonly string[]): string[] {
  const others = names.filter((other) => other !== name);
  return others.length === 0 ? [] : [`The signature "${name}" was taken; the model also has ${listNames(others)}.`];
}
