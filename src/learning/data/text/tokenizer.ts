import { fail } from '../../../core/index.js';
import type { TokenizerDescription } from './description.js';
import type { EncodeOptions, Encoding, SpecialRole, TextInput, TextTokenizer, WindowOptions } from './encoding.js';
import { assemble, assembleIds, bare, type Layout, type Pieces, specialCount } from './pieces.js';
import { hidden } from './sentence-piece/hidden.js';
import { truncate, windows } from './truncate.js';

/** What a library does: texts to tokens and back. Special tokens are put around them here, the same for every library. */
export interface TokenizerEngine {
  readonly hasOffsets: boolean;
  readonly single: Layout;
  readonly pair: Layout;
  tokenId(token: string): number | undefined;
  split(texts: readonly string[]): Promise<Pieces[]>;
  /** The ids alone. */
  splitIds(texts: readonly string[]): Promise<Pieces[]>;
  decode(ids: readonly number[]): Promise<string>;
}

/**
 * The interface on top of a library.
 * @throws TOKENIZER_INVALID where the library cannot use the description, which may show with a text only
 */
export async function openWith(
  description: TokenizerDescription,
  open: (of: TokenizerDescription) => Promise<TokenizerEngine>,
): Promise<TextTokenizer> {
  return textTokenizer(guarded(await refusing(description, () => open(description)), description), description);
}

function guarded(engine: TokenizerEngine, description: TokenizerDescription): TokenizerEngine {
  return {
    ...engine,
    split: (texts) => refusing(description, () => engine.split(texts)),
    splitIds: (texts) => refusing(description, () => engine.splitIds(texts)),
    decode: (ids) => refusing(description, () => engine.decode(ids)),
  };
}

async function refusing<T>({ file }: TokenizerDescription, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    fail('TOKENIZER_INVALID', { file, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

function textTokenizer(engine: TokenizerEngine, { vocabularySize, largestId, specialTokens }: TokenizerDescription): TextTokenizer {
  async function encodeBatch(inputs: readonly TextInput[], options: EncodeOptions = {}): Promise<Encoding[]> {
    return grouped(inputs, await engine.split(inputs.flat())).map((texts) => assemble(...fitted(engine, texts, options)));
  }
  return {
    vocabularySize,
    largestId,
    specialIds: idsOf(engine, specialTokens),
    hasOffsets: engine.hasOffsets,
    tokenId: (token) => idOf(engine, token),
    encode: async (input, options) => (await encodeBatch([input], options))[0] as Encoding,
    encodeBatch,
    encodeIds: async (inputs, options = {}) =>
      grouped(inputs, await engine.splitIds(inputs.flat())).map((texts) => assembleIds(...fitted(engine, texts, options))),
    encodeWindows: async (input, options) => windowsOf(engine, await engine.split([input].flat()), options),
    decode: (ids) => engine.decode(ids),
  };
}

/** The tokens of the one or two texts of each input. */
function grouped(inputs: readonly TextInput[], pieces: readonly Pieces[]): readonly (readonly Pieces[])[] {
  const rest = pieces.values();
  return inputs.map((input) => [input].flat().map(() => rest.next().value as Pieces));
}

/** Where the texts go, and what of them has room there. */
function fitted(engine: TokenizerEngine, texts: readonly Pieces[], options: EncodeOptions): [layout: Layout, texts: readonly Pieces[]] {
  const { maxLength, addSpecialTokens = true } = options;
  const whole = texts.length === 1 ? engine.single : engine.pair;
  const layout = addSpecialTokens ? whole : bare(whole);
  return [layout, maxLength === undefined ? texts : truncate(texts, roomFor(layout, maxLength, 0))];
}

function windowsOf(engine: TokenizerEngine, texts: readonly Pieces[], { maxLength, stride = 0 }: WindowOptions): Encoding[] {
  const layout = texts.length === 1 ? engine.single : engine.pair;
  const whole = texts.slice(0, -1);
  const taken = whole.reduce((sum, { ids }) => sum + ids.length, 0);
  const room = roomFor(layout, maxLength - taken, stride);
  return windows(texts.at(-1) as Pieces, room, stride).map((part) => assemble(layout, [...whole, part]));
}

/** Tokens that are left for texts. */
function roomFor(layout: Layout, maxLength: number, stride: number): number {
  const special = specialCount(layout);
  if (!(stride >= 0 && maxLength - special > stride)) fail('TOKENIZER_LENGTH', { maxLength, special, stride });
  return maxLength - special;
}

/** Pieces that are never found in a text go by another name. */
function idOf(engine: TokenizerEngine, token: string): number | undefined {
  return engine.tokenId(token) ?? engine.tokenId(hidden(token));
}

function idsOf(engine: TokenizerEngine, tokens: TokenizerDescription['specialTokens']): Partial<Record<SpecialRole, number>> {
  const found = Object.entries(tokens).map(([role, token]) => [role, idOf(engine, token)] as const);
  return Object.fromEntries(found.filter(([, id]) => id !== undefined));
}
