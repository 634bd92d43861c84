import { type BaseReference, importModel, withFacts } from '../../bases/importers/index.node.js';
import { findParameters } from '../../bases/surgery/index.js';
import { saveModelFile } from '../../engine/graph/index.node.js';
import { prepared } from './base.node.js';
import type { WorkflowContext } from './context.js';
import { hubOptions } from './hub-options.node.js';

export interface ImportRequest {
  /** A model URI or a path, or one with what its file does not say. */
  readonly model: string | BaseReference;
  /** The ONNX file to write; weights beyond 1.9 GB go into a data file beside it. */
  readonly out: string;
}

export interface ImportResult {
  readonly uri: string;
  readonly out: string;
  /** The importer that read it. */
  readonly importer: string;
  readonly licence: string | undefined;
  readonly labels: readonly string[] | undefined;
  readonly parameters: number;
  readonly notes: readonly string[];
}

/**
 * Writes a base model of any ecosystem as ONNX: parameters keep their names, batches may have any size where the model allows it, and what is
 * known of labels, preprocessing and licence goes into the file's metadata, from which it is read again.
 * @throws the errors of the hub and of the importers; ONNX_FILE
 */
export async function importToFile({ model: address, out }: ImportRequest, context: WorkflowContext = {}): Promise<ImportResult> {
  const { model: imported, labels, preprocessing, features, files, source, notes: found } = await importModel(address, hubOptions(context));
  const { uri, licence, importer } = source;
  const { model, notes } = prepared(imported, found);
  const facts = {
    origin: uri,
    ...(licence && { licence }),
    ...(labels && { labels: [...labels] }),
    ...(preprocessing && { preprocessing }),
    ...(features && { features }),
  };
  await saveModelFile(out, withFacts(model, facts));
  const parameters = findParameters(model.graph).reduce((sum, { size }) => sum + size, 0);
  return { uri, out, importer, licence, labels, parameters, notes: [...notes, ...notCarried(files)] };
}

/** An ONNX file has no place for what lies beside a model. */
function notCarried(files: ReadonlyMap<string, Uint8Array> = new Map()): string[] {
  return files.size === 0 ? [] : [`An ONNX file does not hold ${[...files.keys()].join(', ')}; a bundle trained on the model does.`];
}
