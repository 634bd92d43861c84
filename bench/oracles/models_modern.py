"""Models of the transformers library, small and without dropout, returning logits alone."""

import torch
import transformers

SIZES = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64)
NO_DROPOUT = dict(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
TEXT = dict(vocab_size=100, max_position_embeddings=32, num_labels=3)


class Logits(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, first, attention_mask=None):
        if attention_mask is None:
            return self.model(first).logits
        return self.model(input_ids=first, attention_mask=attention_mask).logits


def bert():
    return Logits(transformers.BertForSequenceClassification(transformers.BertConfig(**SIZES, **NO_DROPOUT, **TEXT)))


def distilbert():
    config = transformers.DistilBertConfig(
        vocab_size=100, dim=32, n_layers=2, n_heads=4, hidden_dim=64, max_position_embeddings=32, num_labels=3, dropout=0.0, attention_dropout=0.0,
        seq_classif_dropout=0.0,
    )
    return Logits(transformers.DistilBertForSequenceClassification(config))


def gpt2():
    config = transformers.GPT2Config(
        vocab_size=100, n_embd=32, n_layer=2, n_head=4, n_positions=32, num_labels=3, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, pad_token_id=0,
        bos_token_id=1, eos_token_id=2, use_cache=False,
    )
    return Logits(transformers.GPT2ForSequenceClassification(config))


def vit():
    return Logits(transformers.ViTForImageClassification(transformers.ViTConfig(**SIZES, **NO_DROPOUT, image_size=64, patch_size=16, num_labels=10)))


def mobilevit():
    config = transformers.MobileViTConfig(
        image_size=64, hidden_sizes=[16, 24, 32], neck_hidden_sizes=[8, 8, 12, 16, 16, 16, 32], num_labels=10, **NO_DROPOUT, classifier_dropout_prob=0.0,
    )
    return Logits(transformers.MobileViTForImageClassification(config))


def segformer():
    config = transformers.SegformerConfig(
        hidden_sizes=[8, 16], depths=[1, 1], num_encoder_blocks=2, sr_ratios=[4, 2], patch_sizes=[7, 3], strides=[4, 2], num_attention_heads=[1, 2],
        mlp_ratios=[2, 2], num_labels=10, **NO_DROPOUT, drop_path_rate=0.0, classifier_dropout_prob=0.0,
    )
    return Logits(transformers.SegformerForImageClassification(config))


def resnet():
    config = transformers.ResNetConfig(embedding_size=8, hidden_sizes=[8, 16, 24], depths=[1, 1, 1], layer_type="basic", num_labels=10)
    return Logits(transformers.ResNetForImageClassification(config))
