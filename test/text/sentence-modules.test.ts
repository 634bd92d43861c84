import { describe, expect, it } from 'vitest';
import { readSentenceModules } from '../../src/learning/data/text/sentence-modules.js';

const files = (contents: Readonly<Record<string, unknown>>): ReadonlyMap<string, Uint8Array> =>
  new Map(Object.entries(contents).map(([name, value]) => [name, new TextEncoder().encode(JSON.stringify(value))]));
const modules = (...types: readonly string[]): object[] =>
  types.map((type, idx) => ({ idx, name: String(idx), path: idx === 0 ? '' : `${idx}_${type}`, type: `sentence_transformers.models.${type}` }));

describe('modules of sentence-transformers', () => {
  it('are none where no file lists them', () => {
    expect(readSentenceModules(files({ 'tokenizer.json': {} }))).toBeUndefined();
  });

  it.each([
    [{ pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }, 'cls'],
    [{ pooling_mode_mean_tokens: true, word_embedding_dimension: 8 }, 'mean'],
    [{ pooling_mode_max_tokens: true }, 'max'],
    [{ pooling_mode_lasttoken: true }, 'last'],
    [{ pooling_mode: 'lasttoken' }, 'last'],
    [{}, 'mean'],
  ])('pool as %j says', (settings, pooling) => {
    const contents = { 'modules.json': modules('Transformer', 'Pooling'), '1_Pooling.config.json': settings };
    expect(readSentenceModules(files(contents))).toEqual({ pooling, normalize: false });
  });

  it('normalise, and cut texts', () => {
    const contents = {
      'modules.json': modules('Transformer', 'Pooling', 'Normalize'),
      '1_Pooling/config.json': { pooling_mode_max_tokens: true },
      'sentence_bert_config.json': { max_seq_length: 128, do_lower_case: false },
    };
    expect(readSentenceModules(files(contents))).toEqual({ pooling: 'max', normalize: true, maxLength: 128 });
  });

  it.each([
    [['Transformer', 'Pooling', 'Dense', 'Normalize'], {}, /Dense as module 3/],
    [['StaticEmbedding', 'Normalize'], {}, /StaticEmbedding/],
    [['Transformer'], {}, /without pooling/],
    [['Transformer', 'Pooling'], { pooling_mode_mean_sqrt_len_tokens: true }, /1_Pooling\.config\.json.*mean_sqrt_len_tokens/],
    [['Transformer', 'Pooling'], { pooling_mode_weightedmean_tokens: true }, /weightedmean/],
    [['Transformer', 'Pooling'], { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true }, /cls and mean/],
  ])('are refused by name: %j %j', (types, settings, message) => {
    const contents = { 'modules.json': modules(...types), '1_Pooling.config.json': settings };
    expect(() => readSentenceModules(files(contents))).toThrow(
      expect.objectContaining({ code: 'SENTENCE_MODULE_UNSUPPORTED', message: expect.stringMatching(message) }),
    );
  });

  it('are refused where the file is damaged', () => {
    for (const broken of [{}, [1], 'x']) expect(() => readSentenceModules(files({ 'modules.json': broken }))).toThrow(/no list of modules/);
  });
});
