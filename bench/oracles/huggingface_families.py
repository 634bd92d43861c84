"""Writes test/huggingface/families.json.gz: what the models of transformers compute, small and with weights of a formula.

    python bench/oracles/huggingface_families.py test/huggingface/families.json.gz [TYPE ...]

Weights and inputs come from the generator of src/core/random.ts, so that a test can make both without reading them. Model types given after the
file are computed anew; the rest of the file stays. Each case has the configuration as save_pretrained writes it, and the weights that it keeps.
"""

import gzip
import inspect
import json
import sys
from pathlib import Path

import torch
import transformers
from generator import integers, uniform
from torch_generated import SEED, range_of, sample
from torch_steps import reached
from transformers.core_model_loading import revert_weight_conversion

GAIN = 1.5

TEXT = {"vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 24}

LLAMA3 = {
    **{"rope_type": "llama3", "rope_theta": 100.0, "factor": 8.0},
    **{"low_freq_factor": 1.5, "high_freq_factor": 4.0, "original_max_position_embeddings": 64},
}


def decoder(name, *variants):
    """A type with Llama's layers. Padding that sees no token, in a window, sees all alike in eager attention and nothing in others."""
    return {
        "config": {**TEXT, "num_key_value_heads": 2, "max_position_embeddings": 128, "pad_token_id": 0, "attn_implementation": "eager"},
        "classes": [name + kind for kind in ["Model", "ForCausalLM", "ForSequenceClassification", "ForTokenClassification"]],
        "inputs": ["input_ids", "attention_mask"],
        "length": 40,
        "padded": True,
        "variants": list(variants),
    }


VIT = {**{name: value for name, value in TEXT.items() if name != "vocab_size"}, "image_size": 16, "patch_size": 8}
CONVNEXT = {"hidden_sizes": [8, 12], "depths": [1, 2], "num_stages": 2, "image_size": 32}
RESNET = {"embedding_size": 8, "hidden_sizes": [16, 24], "depths": [2, 2]}
CLIP_TEXT = {**TEXT, "max_position_embeddings": 20, "projection_dim": 12, "eos_token_id": 39, "bos_token_id": 38}
CLIP_VISION = {**VIT, "projection_dim": 12}
CLIP_TOWERS = {"CLIPVisionModel": "vision_config", "CLIPTextModel": "text_config"}

DEBERTA_V3 = {
    **{"pos_att_type": ["p2c", "c2p"], "position_buckets": 8, "share_att_key": True, "norm_rel_ebd": "layer_norm"},
    **{"position_biased_input": False, "type_vocab_size": 0, "relative_attention": True, "max_relative_positions": 20},
}


def text_classes(name, *more):
    """The classes that every text encoder has."""
    kinds = ["Model", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering", "ForMaskedLM", *more]
    return [name + kind for kind in kinds]


def roberta(name):
    """A type with RoBERTa's layers, whose places are counted without padding."""
    return {
        "config": {**TEXT, "max_position_embeddings": 20, "type_vocab_size": 1},
        "classes": text_classes(name),
        "inputs": ["input_ids", "attention_mask"],
        "padded": True,
        "variants": [{"num_labels": 3}, {"type_vocab_size": 2, "pad_token_id": 0}],
    }


# Model type: its configuration, the classes, and the inputs by kind. The first variant is that of all classes, others of the first or of a "class".
FAMILIES = {
    "bert": {
        "config": {**TEXT, "max_position_embeddings": 20},
        "classes": text_classes("Bert", "ForNextSentencePrediction", "ForPreTraining"),
        "inputs": ["input_ids", "attention_mask", "token_type_ids"],
        "variants": [{"num_labels": 3}, {"hidden_act": "gelu_new", "num_labels": 3}, {"class": "BertForMaskedLM", "tie_word_embeddings": False}],
    },
    "roberta": roberta("Roberta"),
    "xlm-roberta": roberta("XLMRoberta"),
    "camembert": roberta("Camembert"),
    "distilbert": {
        "config": {"vocab_size": 40, "dim": 16, "n_layers": 2, "n_heads": 4, "hidden_dim": 24, "max_position_embeddings": 20},
        "classes": text_classes("DistilBert"),
        "inputs": ["input_ids", "attention_mask"],
        "variants": [{"num_labels": 3}, {"activation": "relu", "sinusoidal_pos_embds": True}],
    },
    "albert": {
        "config": {**TEXT, "embedding_size": 8, "max_position_embeddings": 20},
        "classes": text_classes("Albert", "ForPreTraining"),
        "inputs": ["input_ids", "attention_mask", "token_type_ids"],
        "variants": [{"num_labels": 3}, {"num_hidden_layers": 5, "num_hidden_groups": 2, "inner_group_num": 2, "hidden_act": "gelu"}],
    },
    "electra": {
        "config": {**TEXT, "embedding_size": 8, "max_position_embeddings": 20},
        "classes": text_classes("Electra", "ForPreTraining"),
        "inputs": ["input_ids", "attention_mask", "token_type_ids"],
        "variants": [{"num_labels": 3}, {"embedding_size": 16}],
    },
    "mpnet": {
        "config": {**TEXT, "max_position_embeddings": 50},
        "classes": text_classes("MPNet"),
        "inputs": ["input_ids", "attention_mask"],
        # Distances of eight tokens and more share their biases.
        "length": 40,
        "padded": True,
        "variants": [{"num_labels": 3}],
    },
    "deberta-v2": {
        "config": {**TEXT, "max_position_embeddings": 60},
        "classes": text_classes("DebertaV2"),
        "inputs": ["input_ids", "attention_mask", "token_type_ids"],
        # Distances up to and beyond those that have buckets.
        "length": 50,
        # As DeBERTa v3; as v2-xlarge, with a convolution; with layers of its own for distances, not in buckets; without distances.
        "variants": [
            {**DEBERTA_V3, "num_labels": 3},
            {**DEBERTA_V3, "conv_kernel_size": 3, "conv_act": "gelu"},
            {"relative_attention": True, "pos_att_type": "c2p|p2c", "max_relative_positions": 5, "type_vocab_size": 2, "embedding_size": 8},
            {**DEBERTA_V3, "share_att_key": False, "pos_att_type": ["p2c"]},
            {"type_vocab_size": 2},
            {**DEBERTA_V3, "class": "DebertaV2ForMaskedLM", "legacy": False},
        ],
    },
    "vit": {
        "config": VIT,
        "classes": ["ViTModel", "ViTForImageClassification"],
        "inputs": ["pixel_values"],
        "variants": [
            {"num_labels": 3},
            {"qkv_bias": False, "image_size": [16, 24], "patch_size": [8, 6], "pooler_act": "relu", "pooler_output_size": 12, "num_channels": 1},
        ],
    },
    "deit": {
        "config": VIT,
        "classes": ["DeiTModel", "DeiTForImageClassification", "DeiTForImageClassificationWithTeacher"],
        "inputs": ["pixel_values"],
        "variants": [{"num_labels": 3}],
    },
    "dinov2": {
        "config": {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "mlp_ratio": 2, "image_size": 16, "patch_size": 8},
        "classes": ["Dinov2Model", "Dinov2ForImageClassification"],
        "inputs": ["pixel_values"],
        # The last with images of another size than the table of places is for.
        "variants": [{"num_labels": 3}, {"use_swiglu_ffn": True, "use_mask_token": False}, {"image_size": 32, "images": [16, 40]}],
    },
    "swin": {
        "config": {"embed_dim": 8, "depths": [2, 2], "num_heads": [2, 4], "window_size": 4, "image_size": 32, "patch_size": 4},
        "classes": ["SwinModel", "SwinForImageClassification"],
        "inputs": ["pixel_values"],
        "variants": [
            {"num_labels": 3},
            # Maps that windows do not divide, images that patches do not divide, and a map no larger than a window along one axis.
            {"image_size": [39, 66], "window_size": 3, "depths": [2, 2, 2], "num_heads": [2, 4, 4]},
            {"use_absolute_embeddings": True, "qkv_bias": False, "hidden_act": "relu"},
        ],
    },
    "convnext": {
        "config": CONVNEXT,
        "classes": ["ConvNextModel", "ConvNextForImageClassification"],
        "inputs": ["pixel_values"],
        "variants": [{"num_labels": 3}, {"layer_scale_init_value": 0.0, "hidden_act": "relu", "image_size": 40}],
    },
    "convnextv2": {
        "config": CONVNEXT,
        "classes": ["ConvNextV2Model", "ConvNextV2ForImageClassification"],
        "inputs": ["pixel_values"],
        "variants": [{"num_labels": 3}],
    },
    "resnet": {
        "config": RESNET,
        "classes": ["ResNetModel", "ResNetForImageClassification"],
        "inputs": ["pixel_values"],
        "variants": [
            {"num_labels": 3},
            {"downsample_in_bottleneck": True, "downsample_in_first_stage": True},
            {"layer_type": "basic", "hidden_act": "silu"},
        ],
    },
    "clip": {
        "config": {"text_config": CLIP_TEXT, "vision_config": CLIP_VISION, "projection_dim": 12},
        "classes": ["CLIPModel", "CLIPForImageClassification", *CLIP_TOWERS, *(f"{tower}WithProjection" for tower in CLIP_TOWERS)],
        "parts": {cls: part for tower, part in CLIP_TOWERS.items() for cls in [tower, f"{tower}WithProjection"]},
        "inputs": ["input_ids", "attention_mask", "pixel_values"],
        "variants": [{"num_labels": 3}, {"text_config": {**CLIP_TEXT, "eos_token_id": 2, "hidden_act": "gelu"}}],
    },
    "clip_vision_model": {
        "config": CLIP_VISION,
        "classes": ["CLIPVisionModel", "CLIPVisionModelWithProjection"],
        "inputs": ["pixel_values"],
    },
    "clip_text_model": {
        "config": CLIP_TEXT,
        "classes": ["CLIPTextModel", "CLIPTextModelWithProjection"],
        "inputs": ["input_ids", "attention_mask"],
    },
    "gpt2": {
        "config": {"vocab_size": 40, "n_embd": 16, "n_layer": 2, "n_head": 4, "n_positions": 20, "pad_token_id": 0, "attn_implementation": "eager"},
        "classes": ["GPT2Model", "GPT2LMHeadModel", "GPT2ForSequenceClassification", "GPT2ForTokenClassification", "GPT2ForQuestionAnswering"],
        "inputs": ["input_ids", "attention_mask"],
        "padded": True,
        "variants": [
            {"num_labels": 3},
            {"activation_function": "relu", "scale_attn_weights": False},
            {"scale_attn_by_inverse_layer_idx": True, "n_inner": 24},
        ],
    },
    "llama": decoder(
        "Llama",
        {"num_labels": 3, "rope_parameters": {"rope_type": "default", "rope_theta": 500.0}},
        {"attention_bias": True, "mlp_bias": True, "head_dim": 6, "num_key_value_heads": 1, "hidden_act": "gelu"},
        {"rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 10000.0}, "num_key_value_heads": None},
        {"rope_parameters": LLAMA3, "head_dim": 16},
    ),
    "mistral": decoder("Mistral", {"num_labels": 3, "sliding_window": 5}, {"sliding_window": None}, {"sliding_window": 1}, {"head_dim": 6}),
    "qwen2": decoder(
        "Qwen2",
        {"num_labels": 3, "tie_word_embeddings": True},
        {"use_sliding_window": True, "sliding_window": 5, "max_window_layers": 1},
        {"use_sliding_window": True, "sliding_window": 5, "layer_types": ["sliding_attention", "full_attention"]},
    ),
    "qwen3": decoder("Qwen3", {"num_labels": 3, "head_dim": 6}, {"attention_bias": True, "head_dim": 4, "use_sliding_window": True, "max_window_layers": 0}),
    "t5": {
        "config": {"vocab_size": 40, "d_model": 16, "d_kv": 6, "d_ff": 24, "num_layers": 2, "num_heads": 4},
        "classes": ["T5EncoderModel", "T5ForTokenClassification"],
        "inputs": ["input_ids", "attention_mask"],
        "length": 40,
        "padded": True,
        "variants": [
            {"num_labels": 3, "relative_attention_num_buckets": 12, "relative_attention_max_distance": 20},
            {"feed_forward_proj": "gated-gelu"},
            {"feed_forward_proj": "gated-silu", "relative_attention_max_distance": 16},
        ],
    },
}


def inputs_of(names, config, length, sides=None):
    """Two texts of as many tokens, the second with two of padding in the end; images of the size the model takes."""
    text = {
        "input_ids": lambda: integers(SEED, "input_ids", [2, length], 3, getattr(config, "vocab_size", TEXT["vocab_size"])),
        "attention_mask": lambda: integers(SEED, "attention_mask", [2, length], 1, 2),
        "token_type_ids": lambda: integers(SEED, "token_type_ids", [2, length], 0, 2),
    }
    found = {name: torch.from_numpy(text[name]()) for name in names if name in text}
    if config.model_type.startswith("clip") and "input_ids" in found:
        # The tokens that end the two texts; padding has the number of one of them.
        found["input_ids"][0, 5] = CLIP_TEXT["eos_token_id"]
        found["input_ids"][1, 4:] = CLIP_TEXT["eos_token_id"]
    if "attention_mask" in found:
        found["attention_mask"][1, -2:] = 0
    if getattr(config, "type_vocab_size", 1) == 0:
        found.pop("token_type_ids", None)
    if "pixel_values" in names:
        # The size that the importer takes where the configuration has none.
        of_images = getattr(config, "vision_config", config)
        size = getattr(of_images, "image_size", 224)
        sides = sides or ([size, size] if isinstance(size, int) else list(size))
        found["pixel_values"] = torch.from_numpy(uniform(SEED, "pixel_values", [2, of_images.num_channels, *sides], -2, 2))
    return found


def kept(model):
    """The weights that a file has, under its names, which are older than those of some modules: all but those that are others' by another name."""
    own = {name: value for name, value in model.state_dict().items() if name not in model.all_tied_weights_keys}
    return revert_weight_conversion(model, own)


def trained(model, inputs, outputs):
    """The weights, under the names of the file, that training would change by the outputs of these names."""
    found = model(**inputs)
    torch.stack([found[name].sum() for name in outputs]).sum().backward()
    own = {name: value for name, value in reached(model).items() if name not in model.all_tied_weights_keys}
    return list(revert_weight_conversion(model, own))


def generated(state):
    return {name: torch.from_numpy(uniform(SEED, name, list(value.shape), *range_of(name, list(value.shape), GAIN))) for name, value in state.items()}


def loaded(cls, config):
    """A model with generated weights: those of a file, where that has other names than the modules."""
    model = cls(config).eval()
    state = kept(model)
    weights = generated({name: value for name, value in state.items() if value.is_floating_point()})
    own = model.state_dict()
    if not set(weights) <= set(own):
        return cls.from_pretrained(None, config=config, state_dict={**state, **weights}).eval()
    with torch.no_grad():
        for name, value in weights.items():
            own[name].copy_(value)
    return model


def build(kind, cls, options):
    """The model with its weights, and those inputs of its family that it takes."""
    family = FAMILIES[kind]
    images = options.pop("images", None)
    config = transformers.AutoConfig.for_model(kind, **options)
    # A tower of a model of two is built of its own part of the configuration.
    config = getattr(config, family.get("parts", {}).get(cls, ""), config)
    model = loaded(getattr(transformers, cls), config)
    model.config.architectures = [cls]
    taken = inspect.signature(model.forward).parameters
    inputs = inputs_of([name for name in family["inputs"] if name in taken], config, family.get("length", 7), images)
    if family.get("padded"):
        inputs["input_ids"][inputs["attention_mask"] == 0] = config.pad_token_id
    return model, inputs


def described(model, inputs):
    """What a test needs to make the same model and inputs."""
    return {
        "config": json.loads(model.config.to_json_string(use_diff=True)),
        "weights": {name: list(value.shape) for name, value in kept(model).items()},
        "inputs": {name: {"dims": list(value.shape), "values": value.ravel().tolist()} for name, value in inputs.items() if name != "pixel_values"},
        "images": list(inputs["pixel_values"].shape) if "pixel_values" in inputs else None,
    }


def case(kind, family, cls, variant):
    options = {**family["config"], **variant}
    if cls.endswith("QuestionAnswering"):
        # Its two outputs are not classes.
        options.pop("num_labels", None)
    model, inputs = build(kind, cls, options)
    with torch.no_grad():
        found = model(**inputs)
    outputs = {name: found[name] for name in family.get("outputs", found.keys()) if torch.is_tensor(found.get(name))}
    description = described(model, inputs)
    part = family.get("parts", {}).get(cls)
    if part:
        description["config"] = {"model_type": kind, "architectures": [cls], part: description["config"]}
    return {**description, "trained": trained(model, inputs, outputs), "outputs": {name: sample(value) for name, value in outputs.items()}}


def cases_of(kind):
    family = FAMILIES[kind]
    for i, variant in enumerate(family.get("variants", [{}])):
        variant = dict(variant)
        for cls in family["classes"] if i == 0 else [variant.pop("class", family["classes"][0])]:
            name = cls if i == 0 else f"{cls} {json.dumps(variant)}"
            yield name, case(kind, family, cls, variant)


def main(target, kinds):
    known = json.loads(gzip.decompress(target.read_bytes()))["families"] if target.exists() else {}
    for kind in kinds or FAMILIES:
        known[kind] = dict(cases_of(kind))
        print(kind, len(known[kind]), flush=True)
    families = {kind: known[kind] for kind in FAMILIES if kind in known}
    text = json.dumps({"transformers": transformers.__version__, "seed": SEED, "gain": GAIN, "families": families}, separators=(",", ":"))
    target.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
