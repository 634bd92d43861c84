import { fail } from '../../../../core/index.js';
import type { HubFolder } from '../../../hub/index.js';
import { type MetaGraphDef, MetaGraphDefSchema } from '../proto/generated/tensorflow_pb.js';
import { TensorBundle } from './bundle/index.js';
import { findEnds } from './ends.js';
import { openEnds, outputNotes, someOf, type TfReading } from './graph-def.js';
import { Program } from './program.js';
import { readMetaGraph } from './saved-model.js';
import { chooseSignature, signatureNames } from './signature.js';
import { decode, invalid, type TfFile } from './source.js';
import { readVariables } from './variables.js';

/**
 * Reads what `tf.train.Saver` of TensorFlow 1 writes: the graph in `PREFIX.meta`, its variables in `PREFIX.index` and `PREFIX.data-…`.
 * @param entry one of these files, or the file `checkpoint`, which names the prefix
 * @param asked a signature, or names of the output nodes separated by commas
 * @throws IMPORT_VARIABLES_ONLY without a graph, IMPORT_FILE_INVALID, IMPORT_FORMAT_UNSUPPORTED, IMPORT_OUTPUTS, IMPORT_VARIABLES_MISSING
 */
export async function readCheckpoint(folder: HubFolder, entry: string, asked?: string): Promise<TfReading> {
  const prefix = await prefixOf(folder, entry);
  const source: TfFile = { uri: folder.source.uri, file: `${prefix}.meta`, format: 'a TensorFlow checkpoint' };
  const bundle = await TensorBundle.open(folder, prefix);
  const files = await folder.root.list();
  if (!files.includes(source.file)) {
    const variables = bundle.names().filter((name) => !name.startsWith('_'));
    fail('IMPORT_VARIABLES_ONLY', { file: `${prefix}.index`, uri: source.uri, variables: someOf(variables) });
  }
  const meta = decode(MetaGraphDefSchema, await folder.root.read(source.file), source, 'it');
  const signatures = signatureNames(meta);
  const isSignature = asked === undefined ? signatures.length > 0 : signatures.includes(asked);
  return isSignature ? readMetaGraph(meta, chooseSignature(meta, asked, source), bundle, source) : readEnds(meta, asked, bundle, source);
}

async function readEnds(meta: MetaGraphDef, asked: string | undefined, bundle: TensorBundle, source: TfFile): Promise<TfReading> {
  const program = new Program(meta.graphDef ?? invalid(source, 'it holds no graph'), source);
  const ends = findEnds(program.main, asked, source);
  const flat = openEnds(program, ends.ports);
  const variables = await readVariables(flat.nodes, program, meta.saverDef?.restoreOpName ?? '', bundle);
  return { graph: { ...flat, variables }, notes: outputNotes(source, ends, asked) };
}

/** Source: `checkpoint` is a CheckpointState message as text; its first field names the latest checkpoint. */
async function prefixOf(folder: HubFolder, entry: string): Promise<string> {
  if (!/(?:^|\/)checkpoint$/.test(entry)) return entry.replace(/\.(?:meta|index|data-\d+-of-\d+)$/, '');
  const text = new TextDecoder().decode(await folder.root.read(entry));
  const name = /^model_checkpoint_path:\s*"([^"\\]+)"/m.exec(text)?.[1];
  if (name === undefined) {
    return invalid({ uri: folder.source.uri, file: entry, format: 'a TensorFlow checkpoint' }, 'it names no checkpoint');
  }
  // The path of the machine that wrote it may stand before the name.
  return entry.slice(0, entry.lastIndexOf('/') + 1) + name.slice(name.lastIndexOf('/') + 1);
}
