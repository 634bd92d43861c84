import { expect, it } from 'vitest';
import { builtFor, type FamilyCase, familyCases } from '../../../test/support/huggingface-families.js';
import { tinyBase } from '../../../test/support/tiny-base.js';
import type { Model } from '../../engine/graph/index.js';
import { blockNames, parameterBlocks } from './blocks.js';
import { findParameters } from './parameters.js';
import { prepareModel } from './prepare.js';

/** First and last parameter of each block. */
function ends({ graph }: Model): (readonly [string | undefined, string | undefined])[] {
  return parameterBlocks(graph, findParameters(graph)).map((block) => [block[0]?.name, block.at(-1)?.name]);
}

it('a network of convolutions falls into its blocks', () => {
  expect(ends(tinyBase())).toEqual([
    ['block0.conv.weight', 'block0.norm.shift'],
    ['block1.conv.weight', 'block1.norm.shift'],
    ['block2.conv.weight', 'block2.norm.shift'],
    ['fc.weight', 'fc.bias'],
  ]);
});

it('a transformer falls into its embeddings and layers; the last normalisation belongs to the last layer', async () => {
  const { model } = await builtFor(familyCases['vit']?.['ViTModel'] as FamilyCase);
  expect(ends(prepareModel(model))).toEqual([
    ['embeddings.patch_embeddings.projection.weight', 'embeddings.position_embeddings'],
    ['encoder.layer.0.layernorm_before.weight', 'encoder.layer.0.output.dense.bias'],
    ['encoder.layer.1.layernorm_before.weight', 'layernorm.bias'],
    ['pooler.dense.weight', 'pooler.dense.bias'],
  ]);
});

it.each([
  ['layer1.0.conv1', 'layer1'],
  ['features.0.0', 'features.0'],
  ['block_13_expand_BN', 'block_13'],
  ['conv2d_94', 'conv2d_94'],
  ['inception4a.branch1.conv', 'inception4a'],
  ['encoder.layers.encoder_layer_0.ln_1', 'encoder.layers.encoder_layer_0'],
  ['bert.encoder.layer.0.attention.self.query', 'bert.encoder.layer.0'],
  ['bert.embeddings.word_embeddings', 'bert.embeddings'],
  ['encoder.ln', 'encoder.ln'],
  ['fc', 'fc'],
])('layer %s lies in block %s', (layer, block) => {
  expect(blockNames([layer, 'encoder.layers.encoder_layer_0.ln_1']).get(layer)).toBe(block);
});
