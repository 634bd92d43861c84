/** Files beside `saved_model.pb` that are no graph. */
const COMPANIONS: ReadonlySet<string> = new Set(['keras_metadata.pb', 'fingerprint.pb', 'tfhub_module.pb', 'saved_model.pbtxt']);

/** The files that each are the entry of a model: `saved_model.pb`, graphs (`.pb`), and of every checkpoint one file. */
export function recognise(files: readonly string[]): readonly string[] {
  const saved = files.filter((file) => nameOf(file) === 'saved_model.pb');
  // Whatever lies below a SavedModel is a part of it.
  const folders = saved.map(folderOf);
  const rest = files.filter((file) => !folders.some((folder) => file.startsWith(folder)));
  return [...saved, ...graphs(rest), ...checkpoints(rest)];
}

function graphs(files: readonly string[]): string[] {
  const binary = files.filter((file) => file.endsWith('.pb') && !COMPANIONS.has(nameOf(file)));
  const besides = new Set(binary.map(folderOf));
  const text = files.filter((file) => file.endsWith('.pbtxt') && !besides.has(folderOf(file)));
  return [...binary, ...text];
}

/** One entry a folder where the file `checkpoint` says which is the latest, else one a checkpoint. */
function checkpoints(files: readonly string[]): string[] {
  // A file that was named on its own: the others are found beside it.
  if (files.length === 1) return files.filter((file) => /(?:^|\/)checkpoint$|\.(?:meta|index|data-\d{5}-of-\d{5})$/.test(file));
  const tables = files.filter((file) => file.endsWith('.index') && files.some((other) => other.startsWith(file.replace(/index$/, 'data-'))));
  const known = new Set(files);
  const graphOf = (table: string): string => table.replace(/index$/, 'meta');
  const found = tables.map((table) => (known.has(graphOf(table)) ? graphOf(table) : table));
  const decided = new Set(tables.map((table) => `${folderOf(table)}checkpoint`).filter((file) => known.has(file)));
  return [...decided, ...found.filter((file) => !decided.has(`${folderOf(file)}checkpoint`))];
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}
