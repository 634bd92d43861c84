import { fail } from '../../core/index.js';
import type { HubFolder } from '../hub/index.js';
import { describeImport } from './describe.js';
import { recordReads } from './recording.js';
import { importers } from './table.js';
import type { ImportedModel, Importer, ImportHints } from './types.js';

/**
 * Imports the model in a folder, or the one file of it that was named.
 * @throws IMPORT_FORMAT_UNKNOWN, IMPORT_AMBIGUOUS, and the errors of the format
 */
export async function importFolder(folder: HubFolder, hints: ImportHints = {}): Promise<ImportedModel> {
  const { importer, entry } = await recognise(folder);
  const recorded = recordReads(folder);
  const { architecture } = folder;
  const told = { ...(architecture !== undefined && { architecture }), ...hints };
  const { licence, ...imported } = describeImport(folder, await importer.import(recorded.folder, entry, told));
  const source = { ...(licence !== undefined && { licence }), ...folder.source };
  return { ...imported, source: { ...source, importer: importer.name, files: await recorded.files() } };
}

interface Recognised {
  readonly importer: Importer;
  readonly entry: string;
}

async function recognise(folder: HubFolder): Promise<Recognised> {
  const files = folder.entry === undefined ? await folder.root.list() : [folder.entry];
  const found = importers.flatMap((importer) => importer.recognises(files).map((entry) => ({ importer, entry })));
  const shallowest = Math.min(...found.map(({ entry }) => depthOf(entry)));
  const candidates = found.filter(({ entry }) => depthOf(entry) === shallowest);
  const prevailing = candidates.filter(({ importer }) => importer.prevails);
  const [only, ...more] = prevailing.length > 0 ? prevailing : candidates;
  const { uri } = folder.source;
  if (!only) {
    fail('IMPORT_FORMAT_UNKNOWN', { uri, files: shortList(files), supported: importers.map((importer) => importer.formats).join('; ') });
  }
  if (more.length > 0) fail('IMPORT_AMBIGUOUS', { uri, files: shortList([only, ...more].map(({ entry }) => entry)) });
  return only;
}

function depthOf(path: string): number {
  return path.split('/').length;
}

function shortList(files: readonly string[]): string {
  return files.length === 0 ? 'none' : files.slice(0, 8).join(', ') + (files.length > 8 ? ` and ${files.length - 8} more` : '');
}
