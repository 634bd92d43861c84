import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { fail } from '../../core/index.js';
import type { Locate, SpecPath } from './location.js';

/** A spec as it was written, with the place of every part and the folder its paths start from. */
export interface SpecDocument {
  readonly value: unknown;
  readonly locate: Locate;
  readonly folderOf: (path: SpecPath) => string;
}

/**
 * Parses YAML or JSON.
 * @param file name for messages
 * @param folder where relative paths start from
 * @throws SPEC_SYNTAX with the line
 */
export function parseSpecDocument(text: string, file: string, folder: string): SpecDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const error = document.errors[0];
  if (error)
    fail('SPEC_SYNTAX', { file, line: lines.linePos(error.pos[0]).line, reason: error.message.split('\n')[0]?.replace(/ at line .*/, '') ?? '' });
  const locate: Locate = (path, part) => {
    const offset = findOffset(document, path, part);
    return offset === undefined ? file : `${file}, line ${lines.linePos(offset).line}`;
  };
  return { value: document.toJS(), locate, folderOf: () => folder };
}

/** Where the key or the value at `path` begins; the nearest part around it where it was not written. */
function findOffset(document: Document, path: SpecPath, part: 'key' | 'value'): number | undefined {
  if (path.length === 0) return undefined;
  const parent = document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
  const value = pair ? pair.value : document.getIn(path, true);
  const node = part === 'key' || !isNode(value) ? (pair?.key ?? value) : value;
  return isNode(node) && node.range ? node.range[0] : findOffset(document, path.slice(0, -1), 'key');
}
