"""Models of the transformers library, small and without dropout, returning logits alone."""

import torch
import transformers

SIZES = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64)
NO_DROPOUT = dict(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
TEXT = dict(vocab_size=100, max_position_embeddings=32, num_labels=3)


class Logits(torch.nn.Module):
    """The model's first output alone; the mean over the sequence where it gives one for every token."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, first, attention_mask=None):
        if attention_mask is None:
            result = self.model(first)[0]
        else:
            result = self.model(input_ids=first, attention_mask=attention_mask)[0]
        return result.mean(1) if result.dim() == 3 else result


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


def albert():
    config = transformers.AlbertConfig(**SIZES, **NO_DROPOUT, **TEXT, embedding_size=16, classifier_dropout_prob=0.0)
    return Logits(transformers.AlbertForSequenceClassification(config))


def mobilebert():
    config = transformers.MobileBertConfig(
        **SIZES, **NO_DROPOUT, **TEXT, embedding_size=16, intra_bottleneck_size=16, true_hidden_size=16, num_feedforward_networks=2,
    )
    return Logits(transformers.MobileBertForSequenceClassification(config))


def deberta():
    config = transformers.DebertaV2Config(
        **SIZES, **NO_DROPOUT, **TEXT, relative_attention=True, pos_att_type="p2c|c2p", pooler_hidden_size=32, pooler_dropout=0.0, position_buckets=8,
    )
    return Logits(transformers.DebertaV2ForSequenceClassification(config))


def mpnet():
    return Logits(transformers.MPNetForSequenceClassification(transformers.MPNetConfig(**SIZES, **NO_DROPOUT, **TEXT)))


def opt():
    config = transformers.OPTConfig(
        vocab_size=100, hidden_size=32, num_hidden_layers=2, ffn_dim=64, num_attention_heads=4, max_position_embeddings=32, word_embed_proj_dim=32, dropout=0.0,
        attention_dropout=0.0, num_labels=3, use_cache=False,
    )
    return Logits(transformers.OPTForSequenceClassification(config))


def convnextv2():
    config = transformers.ConvNextV2Config(hidden_sizes=[8, 16], depths=[1, 1], num_stages=2, num_labels=10)
    return Logits(transformers.ConvNextV2ForImageClassification(config))


def dinov2():
    config = transformers.Dinov2Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, image_size=64, patch_size=16, num_labels=10)
    return Logits(transformers.Dinov2ForImageClassification(config))


def poolformer():
    config = transformers.PoolFormerConfig(
        hidden_sizes=[8, 16], depths=[1, 1], num_encoder_blocks=2, patch_sizes=[7, 3], strides=[4, 2], padding=[2, 1], num_labels=10,
    )
    return Logits(transformers.PoolFormerForImageClassification(config))


def wav2vec2():
    config = transformers.Wav2Vec2Config(
        **SIZES, hidden_dropout=0.0, attention_dropout=0.0, activation_dropout=0.0, feat_proj_dropout=0.0, layerdrop=0.0, conv_dim=(16, 16), conv_stride=(5, 4),
        conv_kernel=(10, 8), num_feat_extract_layers=2, num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=4, classifier_proj_size=16, num_labels=3,
        mask_time_prob=0.0,
    )
    return Logits(transformers.Wav2Vec2ForSequenceClassification(config))
