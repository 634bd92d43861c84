import { allocate, didYouMean, fail, sizeOf, type Tensor } from '../../core/index.js';
import type { Tensors } from '../../engine/runtime/index.js';
import { Animations, type Content, type Dataset, type Files, type ImageDecoder, type TextContent } from '../../learning/data/index.js';
import type { BundleInfo } from './info.js';

/** One thing to predict: a text, or two; an image file by path, or its bytes; or the tensors of one sample by input name, without a batch axis. */
export type BundleInput = string | TextInputs | Uint8Array | Readonly<Record<string, Tensor>>;

/** Two texts that are read together, such as question and context. */
export type TextInputs = Pick<TextContent, 'text' | 'pair'>;

interface Reader {
  readonly files: Files;
  readonly decoder: ImageDecoder;
}

/** Some inputs as a data set without labels. @param kind what the model reads. @throws TASK_CONTENT where an input is of another kind */
export function inputDataset(inputs: readonly BundleInput[], kind: Content['kind'], { files, decoder }: Reader): Dataset {
  const nameOf = (index: number): string => (kind === 'image' && typeof inputs[index] === 'string' ? inputs[index] : `input ${index}`);
  const bytesOf = async (index: number): Promise<Uint8Array<ArrayBuffer>> => {
    const input = inputs[index] as string | Uint8Array<ArrayBuffer>;
    return typeof input === 'string' ? files.read(input) : input;
  };
  const animations = new Animations();
  const load = async (index: number): Promise<Content> => {
    const input = inputs[index] as BundleInput;
    const wrong = (actual: string): never => fail('TASK_CONTENT', { task: 'predict', expected: kind, data: nameOf(index), actual });
    if (kind === 'text') return textOf(input) ?? wrong(input instanceof Uint8Array ? 'image' : 'tensors');
    if (kind === 'tensors') return isTensors(input) ? { kind, tensors: input } : wrong(typeof input === 'string' ? 'text' : 'image');
    if (isTensors(input) || isTexts(input)) return wrong(isTexts(input) ? 'text' : 'tensors');
    const bytes = await bytesOf(index);
    animations.see(bytes, nameOf(index));
    return { kind, image: await decoder.decode(bytes, nameOf(index)) };
  };
  return {
    name: nameOf(0),
    kind,
    size: inputs.length,
    target: { kind: 'none' },
    sample: (index) => ({ id: String(index), label: undefined, location: nameOf(index) }),
    remarks: () => animations.remarks(),
    load,
    bytes: bytesOf,
    close: async () => {},
  };
}

function isTexts(input: BundleInput): input is TextInputs {
  return typeof input === 'object' && 'text' in input && typeof input.text === 'string';
}

function isTensors(input: BundleInput): input is Readonly<Record<string, Tensor>> {
  return typeof input !== 'string' && !(input instanceof Uint8Array) && !isTexts(input);
}

function textOf(input: BundleInput): TextContent | undefined {
  if (typeof input === 'string') return { kind: 'text', text: input };
  return isTexts(input) ? { kind: 'text', ...input } : undefined;
}

/**
 * An input of the model from a batch of data, with rows repeated where the model takes a fixed number.
 * @throws DATA_INPUT_MISSING, DATA_INPUT_TYPE, DATA_INPUT_SHAPE
 */
export function modelInput({ name, type, dims }: BundleInfo['inputs'][number], given: Tensors): Tensor {
  const tensor =
    given[name] ?? fail('DATA_INPUT_MISSING', { input: name, hint: didYouMean(name, Object.keys(given)), known: Object.keys(given).join(', ') });
  if (type !== tensor.type) fail('DATA_INPUT_TYPE', { input: name, expected: type, actual: tensor.type });
  const [rows, ...expected] = dims;
  const actual = tensor.dims.slice(1);
  const fits =
    dims.length === 0 || (actual.length === expected.length && expected.every((dim, axis) => typeof dim !== 'number' || dim === actual[axis]));
  if (!fits) fail('DATA_INPUT_SHAPE', { input: name, expected: expected.map((dim) => dim ?? '?').join('×'), actual: actual.join('×') });
  return typeof rows === 'number' ? withRows(tensor, rows) : tensor;
}

/** `[N, …]` extended to `rows` by repeating its first row, whose values are valid whatever they mean. */
function withRows({ type, dims, data }: Tensor, rows: number): Tensor {
  if (dims[0] === rows) return { type, dims, data };
  const width = sizeOf(dims.slice(1));
  const longer = allocate(type, rows * width);
  longer.set(data as never);
  for (let start = data.length; start < longer.length; start += width) longer.set(data.subarray(0, width) as never, start);
  return { type, dims: dims.with(0, rows), data: longer };
}
