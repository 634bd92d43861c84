"""Writes test/huggingface/families.json.gz: what the models of transformers compute, small and with weights of a formula.

    python bench/oracles/huggingface_families.py test/huggingface/families.json.gz [TYPE ...]

Weights and inputs come from the generator of src/core/random.ts, so that a test can make both without reading them. Model types given after the
file are computed anew; the rest of the file stays. Each case has the configuration as save_pretrained writes it, and the weights that it keeps.
"""

import gzip
import json
import sys
from pathlib import Path

import torch
import transformers
from generator import integers, uniform
from torch_generated import SEED, range_of, sample

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


# Model type: its configuration, the classes, and the inputs by kind.
FAMILIES = {
    "bert": {
        "config": {**TEXT, "max_position_embeddings": 20},
        "classes": ["BertModel", "BertForSequenceClassification", "BertForTokenClassification", "BertForQuestionAnswering", "BertForMaskedLM"]
        + ["BertForNextSentencePrediction", "BertForPreTraining"],
        "inputs": ["input_ids", "attention_mask", "token_type_ids"],
        "variants": [{"num_labels": 3}, {"hidden_act": "gelu_new", "num_labels": 3}],
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


def inputs_of(names, config, length):
    """Two texts of as many tokens, the second with two of padding in the end; images of the size the model takes."""
    text = {
        "input_ids": lambda: integers(SEED, "input_ids", [2, length], 3, config.vocab_size),
        "attention_mask": lambda: integers(SEED, "attention_mask", [2, length], 1, 2),
        "token_type_ids": lambda: integers(SEED, "token_type_ids", [2, length], 0, 2),
    }
    found = {name: torch.from_numpy(text[name]()) for name in names if name in text}
    if "attention_mask" in found:
        found["attention_mask"][1, -2:] = 0
    if getattr(config, "type_vocab_size", 1) == 0:
        found.pop("token_type_ids", None)
    if "pixel_values" in names:
        side = getattr(config, "image_size", 32)
        found["pixel_values"] = torch.from_numpy(uniform(SEED, "pixel_values", [2, 3, side, side], -2, 2))
    return found


def kept(model):
    """The weights that a file has: all but those that are others' by another name."""
    return [(name, value) for name, value in model.state_dict().items() if name not in model.all_tied_weights_keys]


def fill(model):
    for name, value in kept(model):
        if value.is_floating_point():
            value.copy_(torch.from_numpy(uniform(SEED, name, list(value.shape), *range_of(name, list(value.shape), GAIN))))


def build(kind, cls, options):
    """The model with its weights, and the inputs of its family."""
    config = transformers.AutoConfig.for_model(kind, **options)
    model = getattr(transformers, cls)(config).eval()
    with torch.no_grad():
        fill(model)
    config.architectures = [cls]
    inputs = inputs_of(FAMILIES[kind]["inputs"], config, FAMILIES[kind].get("length", 7))
    if FAMILIES[kind].get("padded"):
        inputs["input_ids"][inputs["attention_mask"] == 0] = config.pad_token_id
    return model, inputs


def described(model, inputs):
    """What a test needs to make the same model and inputs."""
    return {
        "config": json.loads(model.config.to_json_string(use_diff=True)),
        "weights": {name: list(value.shape) for name, value in kept(model)},
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
        outputs = model(**inputs)
    kept_outputs = family.get("outputs", outputs.keys())
    return {**described(model, inputs), "outputs": {name: sample(outputs[name]) for name in kept_outputs if torch.is_tensor(outputs.get(name))}}


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
