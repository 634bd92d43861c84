import { describe, expect, it } from 'vitest';
import { buildModel } from '../../src/bases/importers/huggingface/build.js';
import type { JsonObject } from '../../src/bases/importers/json.js';
import type { StateDict, StoredWeight } from '../../src/bases/importers/state-dict/index.js';
import { fromNumbers } from '../../src/core/index.js';
import { type FamilyCase, familyCases, weightsOf } from '../support/huggingface-families.js';

const caseOf = (type: string, name: string): FamilyCase => familyCases[type]?.[name] ?? expect.fail();

/** The message with which a golden model is refused whose configuration or weights were changed. */
async function refusal(golden: FamilyCase, config: JsonObject, weights: StateDict = weightsOf(golden)): Promise<string> {
  const error = await buildModel({ ...golden.config, ...config }, weights).then(
    () => expect.fail('was built'),
    (reason: unknown) => reason as Error & { code?: string },
  );
  expect(error.code).toMatch(/^IMPORT_/);
  return error.message;
}

function withWeight(golden: FamilyCase, name: string, type: 'float32' | 'int8', dims: readonly number[]): StateDict {
  const tensor = fromNumbers(type, dims, new Array<number>(dims.reduce((product, dim) => product * dim, 1)).fill(1));
  const weight: StoredWeight = { type, dims, read: () => Promise.resolve(tensor) };
  return new Map([...weightsOf(golden), [name, weight]]);
}

describe('a configuration that would take too much', () => {
  const swin = caseOf('swin', 'SwinForImageClassification');
  const deberta = Object.values(familyCases['deberta-v2'] ?? {}).find(({ config }) => config['position_buckets'] === 8) ?? expect.fail();

  it.each<[string, FamilyCase, JsonObject, RegExp]>([
    ['windows larger than any model has', swin, { window_size: 4000 }, /windows of 4000×4000/],
    ['maps of more windows than can be told apart', swin, { image_size: 2 ** 20 }, /maps of 262144×262144 .* too large/],
    ['positions that are told apart however far they lie', deberta, { max_relative_positions: 2 ** 30 }, /positions up to \d+ apart/],
    ['more layers that share weights than can be', caseOf('albert', 'AlbertModel'), { num_hidden_layers: 2 ** 20 }, /"num_hidden_layers"/],
    ['a new head of more classes than there can be', caseOf('bert', 'BertForSequenceClassification'), { num_labels: 2 ** 24 }, /"num_labels"/],
  ])('is refused at once: %s', async (_, golden, config, reason) => {
    expect(await refusal(golden, config)).toMatch(reason);
  });
});

describe('weights that do not fit each other', () => {
  const bert = caseOf('bert', 'BertModel');

  it('are refused with both of their sizes', async () => {
    const weights = withWeight(bert, 'embeddings.position_embeddings.weight', 'float32', [20, 32]);
    expect(await refusal(bert, {}, weights)).toMatch(/\[batch, sequence, 16\] and .* \[sequence, 32\] differ in size/);
  });

  it('are refused where they are quantised', async () => {
    const weights = withWeight(bert, 'encoder.layer.0.attention.self.query.weight', 'int8', [16, 16]);
    expect(await refusal(bert, {}, weights)).toMatch(/"encoder.layer.0.attention.self.query.weight" is of type int8/);
  });
});
