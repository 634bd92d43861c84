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
from transformers.core_model_loading import revert_weight_conversion

GAIN = 1.5

TEXT = {"vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 24}

VIT = {**{name: value for name, value in TEXT.items() if name != "vocab_size"}, "image_size": 16, "patch_size": 8}
CONVNEXT = {"hidden_sizes": [8, 12], "depths": [1, 2], "num_stages": 2, "image_size": 32}
RESNET = {"embedding_size": 8, "hidden_sizes": [16, 24], "depths": [2, 2]}
CLIP_TEXT = {**TEXT, "max_position_embeddings": 20, "projection_dim": 12, "eos_token_id": 39, "bos_token_id": 38}
CLIP_VISION = {**VIT, "projection_dim": 12}
CLIP_TOWERS = {"CLIPVisionModel": "vision_config", "CLIPTextModel": "text_config"}

# Model type: its configuration, the classes, and the inputs by kind.
FAMILIES = {
    "bert": {
        "config": {**TEXT, "max_position_embeddings": 20},
        "classes": ["BertModel", "BertForSequenceClassification", "BertForTokenClassification", "BertForQuestionAnswering", "BertForMaskedLM"]
        + ["BertForNextSentencePrediction", "BertForPreTraining"],
        "inputs": ["input_ids", "attention_mask", "token_type_ids"],
        "variants": [{"num_labels": 3}, {"hidden_act": "gelu_new", "num_labels": 3}],
    },
    "vit": {
        "config": VIT,
        "classes": ["ViTModel", "ViTForImageClassification"],
        "inputs": ["pixel_values"],
        "variants": [{"num_labels": 3}, {"qkv_bias": False, "image_size": [16, 24], "pooler_act": "relu", "pooler_output_size": 12, "num_channels": 1}],
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
        "variants": [{"num_labels": 3}, {"use_swiglu_ffn": True, "use_mask_token": False}],
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
}


def inputs_of(names, config):
    """Two texts of seven tokens, the second with two of padding in the end; images of the size the model takes."""
    text = {
        "input_ids": lambda: integers(SEED, "input_ids", [2, 7], 3, getattr(config, "vocab_size", TEXT["vocab_size"])),
        "attention_mask": lambda: integers(SEED, "attention_mask", [2, 7], 1, 2),
        "token_type_ids": lambda: integers(SEED, "token_type_ids", [2, 7], 0, 2),
    }
    found = {name: torch.from_numpy(text[name]()) for name in names if name in text}
    if config.model_type.startswith("clip") and "input_ids" in found:
        # The tokens that end the two texts; padding has the number of one of them.
        found["input_ids"][0, 5] = CLIP_TEXT["eos_token_id"]
        found["input_ids"][1, 4:] = CLIP_TEXT["eos_token_id"]
    if "attention_mask" in found:
        found["attention_mask"][1, 5:] = 0
    if "pixel_values" in names:
        # The size that the importer takes where the configuration has none.
        of_images = getattr(config, "vision_config", config)
        size = getattr(of_images, "image_size", 224)
        sides = [size, size] if isinstance(size, int) else list(size)
        found["pixel_values"] = torch.from_numpy(uniform(SEED, "pixel_values", [2, of_images.num_channels, *sides], -2, 2))
    return found


def kept(model):
    """The weights that a file has, under its names, which are older than those of some modules: of weights that share memory, the first."""
    seen = set()
    own = {}
    for name, value in model.state_dict().items():
        if value.data_ptr() not in seen or value.numel() == 0:
            seen.add(value.data_ptr())
            own[name] = value
    return revert_weight_conversion(model, own)


def loaded(cls, config):
    """A model of a file with generated weights, and their shapes."""
    state = kept(cls(config))
    for name, value in state.items():
        dims = list(value.shape)
        if value.is_floating_point():
            state[name] = torch.from_numpy(uniform(SEED, name, dims, *range_of(name, dims, GAIN)))
    model = cls.from_pretrained(None, config=config, state_dict=dict(state))
    return model, {name: list(value.shape) for name, value in state.items()}


def case(kind, family, cls, variant):
    options = {**family["config"], **variant}
    if cls.endswith("QuestionAnswering"):
        # Its two outputs are not classes.
        options.pop("num_labels", None)
    config = transformers.AutoConfig.for_model(kind, **options)
    # A tower of a model of two is built of its own part of the configuration.
    own = getattr(config, family.get("parts", {}).get(cls, ""), config)
    model, weights = loaded(getattr(transformers, cls), own)
    taken = inspect.signature(model.forward).parameters
    inputs = inputs_of([name for name in family["inputs"] if name in taken], config)
    with torch.no_grad():
        outputs = model(**inputs)
    config.architectures = [cls]
    return {
        "config": json.loads(config.to_json_string(use_diff=True)),
        "weights": weights,
        "inputs": {name: {"dims": list(value.shape), "values": value.ravel().tolist()} for name, value in inputs.items() if name != "pixel_values"},
        "images": list(inputs["pixel_values"].shape) if "pixel_values" in inputs else None,
        "outputs": {name: sample(outputs[name]) for name in family.get("outputs", outputs.keys()) if torch.is_tensor(outputs.get(name))},
    }


def cases_of(kind):
    family = FAMILIES[kind]
    for i, variant in enumerate(family.get("variants", [{}])):
        for cls in family["classes"] if i == 0 else family["classes"][:1]:
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
