import { type ByteSource, dataOffset, fail, listZip, type ZipEntry } from '../../../../core/index.js';
import { plainCalls } from '../pickle/calls.js';
import { unpickle } from '../pickle/unpickle.js';
import { invalid, type Place } from '../place.js';
import type { Weights } from '../types.js';
import { describedBy } from './describe.js';
import { storageOf, torchCalls } from './tensors.js';
import { type StorageBytes, weightsOf } from './weights.js';

/** Most bytes of a pickle that is read whole. */
const MOST_BYTES = 2 ** 28;

/** What archives of PyTorch hold that are no state dicts, by a file in them. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^[^/]*\/constants\.pkl$/, 'a TorchScript model'],
  [/^[^/]*\/?archive_format$|^[^/]*\/?models\/model\.json$/, 'a program of torch.export'],
];

/**
 * Reads what torch.save writes since version 1.6: a zip archive of `NAME/data.pkl` and a file `NAME/data/KEY` for each storage, none compressed.
 * @throws IMPORT_NOT_STATE_DICT, IMPORT_FILE_INVALID, DATA_FORMAT_BROKEN
 */
export async function readTorchZip(source: ByteSource, place: Place): Promise<Weights> {
  const entries = await listZip(source, place.file);
  const other = OTHERS.find(([file]) => entries.some(({ name }) => file.test(name)));
  if (other) fail('IMPORT_NOT_STATE_DICT', { ...place, content: other[1] });
  const archive = new Archive(source, entries, place);
  const pickle = archive.find('data.pkl') ?? invalid(place, 'the archive holds no data.pkl');
  const order = await archive.find('byteorder')?.read(0, 3);
  if (order && String.fromCharCode(...order) === 'big') invalid(place, 'its numbers are big-endian');
  if (pickle.byteLength > MOST_BYTES) invalid(place, `its data.pkl has ${pickle.byteLength} bytes`);
  const bytes = await pickle.read(0, pickle.byteLength);
  const meaning = { calls: new Map([...plainCalls(), ...torchCalls]), persistent: storageOf };
  const { value } = describedBy(place, () => unpickle(bytes, 0, meaning));
  return weightsOf(value, (key) => archive.find(`data/${key}`), place);
}

/** The files of an archive by their names behind its folder, which is named after the file that was saved. */
class Archive {
  readonly #source: ByteSource;
  readonly #place: Place;
  readonly #entries: ReadonlyMap<string, ZipEntry>;

  constructor(source: ByteSource, entries: readonly ZipEntry[], place: Place) {
    this.#source = source;
    this.#place = place;
    const folder = entries.find(({ name }) => /^[^/]+\/data\.pkl$/.test(name))?.name.slice(0, -'data.pkl'.length) ?? '';
    this.#entries = new Map(entries.filter(({ name }) => name.startsWith(folder)).map((entry) => [entry.name.slice(folder.length), entry]));
  }

  find(name: string): StorageBytes | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    const [source, { file }] = [this.#source, this.#place];
    if (entry.method !== 0) invalid(this.#place, `its ${entry.name} is compressed, which torch.save never does`);
    const read = async (offset: number, length: number): Promise<Uint8Array> => source.read((await dataOffset(source, entry, file)) + offset, length);
    return { byteLength: entry.compressedSize, read };
  }
}
