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

# Model type: its configuration, the classes, and the inputs by kind.
FAMILIES = {
    "bert": {
        "config": {**TEXT, "max_position_embeddings": 20},
        "classes": ["BertModel", "BertForSequenceClassification", "BertForTokenClassification", "BertForQuestionAnswering", "BertForMaskedLM"]
        + ["BertForNextSentencePrediction", "BertForPreTraining"],
        "inputs": ["input_ids", "attention_mask", "token_type_ids"],
        "variants": [{"num_labels": 3}, {"hidden_act": "gelu_new", "num_labels": 3}],
    },
}


def inputs_of(names, config):
    """Two texts of seven tokens, the second with two of padding in the end; images of the size the model takes."""
    text = {
        "input_ids": lambda: integers(SEED, "input_ids", [2, 7], 3, config.vocab_size),
        "attention_mask": lambda: integers(SEED, "attention_mask", [2, 7], 1, 2),
        "token_type_ids": lambda: integers(SEED, "token_type_ids", [2, 7], 0, 2),
    }
    found = {name: torch.from_numpy(text[name]()) for name in names if name in text}
    if "attention_mask" in found:
        found["attention_mask"][1, 5:] = 0
    if "pixel_values" in names:
        side = getattr(config, "image_size", 32)
        found["pixel_values"] = torch.from_numpy(uniform(SEED, "pixel_values", [2, 3, side, side], -2, 2))
    return found


def kept(model):
    """The weights that a file has: of those that share memory, the first."""
    seen = set()
    for name, value in model.state_dict().items():
        if value.data_ptr() not in seen or value.numel() == 0:
            seen.add(value.data_ptr())
            yield name, value


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
    return model, inputs_of(FAMILIES[kind]["inputs"], config)


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
