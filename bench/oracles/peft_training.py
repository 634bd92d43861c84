"""Writes test/peft/: what PEFT makes of small models of transformers, and what twenty steps of AdamW make of that in double precision.

    python bench/oracles/peft_training.py test/peft

`cases.json.gz`: by family and method the model (as huggingface_families.py describes it), the dimensions of what is trained by its name in a file, how
many numbers that are, the logits before and the loss before each step and after the last. What an adapter begins with comes from the generator, so that
a test can make it; the magnitudes of DoRA are as PEFT begins. `saved/FAMILY-METHOD/`: adapters as save_pretrained writes them after the steps, in single
precision, with the logits they give in `logits.json`.
"""

import gzip
import json
import shutil
import sys
import tempfile
from pathlib import Path

import peft
import torch
import transformers
from generator import integers, uniform
from huggingface_families import DEBERTA_V3, GAIN, build, described
from safetensors.torch import load_file
from torch import nn
from torch_generated import SEED

STEPS = 20
RATE = 1e-3
RANK = 4
ALPHA = 8
TOKENS = 3
LABELS = [2, 0, 1, 2]

BERT = {"vocab_size": 40, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48, "num_labels": 3}
FEED_FORWARD = ["output.dense"]

ADAPTERS = ["lora", "dora", "ia3", "prompt-tuning"]
METHODS = ["full", "bitfit", *ADAPTERS]
RESNET = {"embedding_size": 8, "hidden_sizes": [8, 12], "depths": [1, 1], "layer_type": "basic", "num_labels": 3}

# By name: the model type and its class, its configuration, targets of LoRA and DoRA, targets of IA3, those of them that are multiplied at their input.
# `stated`: the targets are not those that are usual.
FAMILIES = {
    "bert": {
        "class": "BertForSequenceClassification",
        "config": BERT,
        "low_rank": ["query", "value"],
        "multiplied": ["key", "value", *FEED_FORWARD],
    },
    "roberta": {
        "class": "RobertaForSequenceClassification",
        "config": {**BERT, "max_position_embeddings": 30},
        "low_rank": ["query", "value"],
        "multiplied": ["key", "value", *FEED_FORWARD],
    },
    "distilbert": {
        "class": "DistilBertForSequenceClassification",
        "config": {"vocab_size": 40, "dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 48, "num_labels": 3},
        "low_rank": ["q_lin", "v_lin"],
        "multiplied": ["k_lin", "v_lin", "ffn.lin2"],
        "feed_forward": ["ffn.lin2"],
    },
    "deberta-v2": {
        "class": "DebertaV2ForSequenceClassification",
        "config": {**BERT, **DEBERTA_V3},
        "low_rank": ["query_proj", "value_proj"],
        "multiplied": ["key_proj", "value_proj", *FEED_FORWARD],
    },
    "gpt2": {
        "class": "GPT2ForSequenceClassification",
        "config": {"vocab_size": 40, "n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 20, "pad_token_id": 0, "num_labels": 3},
        "low_rank": ["c_attn"],
        "multiplied": ["c_attn", "mlp.c_proj"],
        "feed_forward": ["mlp.c_proj"],
    },
    "llama": {
        "class": "LlamaForSequenceClassification",
        "config": {**BERT, "num_key_value_heads": 2, "max_position_embeddings": 64, "pad_token_id": 0},
        "low_rank": ["q_proj", "v_proj"],
        "multiplied": ["k_proj", "v_proj", "down_proj"],
        "feed_forward": ["down_proj"],
    },
    "gpt2 with words": {
        "type": "gpt2",
        "class": "GPT2ForSequenceClassification",
        "config": {"vocab_size": 40, "n_embd": 32, "n_layer": 1, "n_head": 4, "n_positions": 20, "pad_token_id": 0, "num_labels": 3},
        "low_rank": ["wte", "mlp.c_fc"],
        "stated": True,
        "methods": ["lora"],
    },
    "bert everywhere": {
        "type": "bert",
        "class": "BertForSequenceClassification",
        "config": BERT,
        "low_rank": ["query", "dense"],
        "stated": True,
        "methods": ["lora", "dora"],
    },
    "resnet": {
        "class": "ResNetForImageClassification",
        "config": RESNET,
        "low_rank": ["convolution"],
        "multiplied": ["embedder.convolution", "layer.0.convolution", "layer.1.convolution"],
        "feed_forward": ["layer.1.convolution"],
        "stated": True,
        "methods": ["lora", "dora", "ia3"],
    },
}


def feed_forward_of(family):
    return family.get("feed_forward", [name for name in FEED_FORWARD if name in family.get("multiplied", [])])


def configured(family, method):
    # A model of images has no task of PEFT's, which would say what its head is.
    head = {"task_type": "SEQ_CLS"} if "Sequence" in family["class"] else {"modules_to_save": ["classifier"]}
    if method in ("lora", "dora"):
        return peft.LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=family["low_rank"], use_dora=method == "dora", **head)
    if method == "ia3":
        return peft.IA3Config(target_modules=family["multiplied"], feedforward_modules=feed_forward_of(family), **head)
    options = family["config"]
    width = options.get("dim", options.get("n_embd", options.get("hidden_size")))
    return peft.PromptTuningConfig(num_virtual_tokens=TOKENS, token_dim=width, num_layers=2, num_attention_heads=4, **head)


def inputs_for(kind, names, method):
    """Four texts, the second with padding; without it where PEFT takes the last token of a text whatever it is."""
    ids = torch.from_numpy(integers(SEED, "input_ids", [4, 7], 3, 40))
    mask = torch.ones_like(ids)
    if not (method == "prompt-tuning" and kind in ("gpt2", "llama")):
        mask[1, -2:] = 0
        ids[1, -2:] = 1 if kind == "roberta" else 0
    images = torch.from_numpy(uniform(SEED, "pixel_values", [4, 3, 32, 32], -2, 2))
    found = {"pixel_values": images, "input_ids": ids, "attention_mask": mask, "token_type_ids": torch.from_numpy(integers(SEED, "token_type_ids", [4, 7], 0, 2))}
    return {name: found[name] for name in names}


def wide(value):
    return value.double() if value.is_floating_point() else value


def plain_name(name):
    """The name that a file has for a trained tensor."""
    for part in (".modules_to_save.default", ".default"):
        name = name.replace(part, "")
    name = name.replace("lora_magnitude_vector.weight", "lora_magnitude_vector")
    return "prompt_embeddings" if name.startswith("prompt_encoder") else name


def range_of(name, dims):
    if "ia3_l" in name:
        return 0.5, 1.5
    return (-1.0, 1.0) if "prompt" in name else (-0.2, 0.2)


def trained(model, method):
    """By name in a file. Those of an adapter are filled by the generator."""
    if method == "full":
        return dict(model.named_parameters())
    if method == "bitfit":
        head = ("classifier", "pre_classifier", "score")
        chosen = {name: value for name, value in model.named_parameters() if name.endswith("bias") or name.startswith(head)}
        for name, value in model.named_parameters():
            value.requires_grad = name in chosen
        return chosen
    found = {plain_name(name): value for name, value in model.named_parameters() if value.requires_grad}
    with torch.no_grad():
        for name, value in found.items():
            if "magnitude" not in name and any(part in name for part in ("lora_", "ia3_l", "prompt")):
                value.copy_(torch.from_numpy(uniform(SEED, name, list(value.shape), *range_of(name, value.shape))))
    return found


def train(model, parameters, inputs):
    """The loss before each step and after the last."""
    optimizer = torch.optim.AdamW(parameters, lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
    losses = []
    for _ in range(STEPS + 1):
        loss = nn.functional.cross_entropy(model(**inputs).logits, torch.tensor(LABELS))
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


def adapted(name, method):
    """The model, described before anything is added, its inputs, what is trained, and how many numbers that are."""
    family = FAMILIES[name]
    kind = family.get("type", name)
    model, inputs = build(kind, family["class"], {**family["config"], "attn_implementation": "eager"})
    inputs = inputs_for(kind, inputs, method)
    description = described(model, inputs)
    if method not in ("full", "bitfit"):
        model = peft.get_peft_model(model, configured(family, method)).eval()
        count = model.get_nb_trainable_parameters()[0]
    model = model.eval()
    parameters = trained(model, method)
    return model, description, inputs, parameters, count if method not in ("full", "bitfit") else sum(value.numel() for value in parameters.values())


def case(kind, method):
    family = FAMILIES[kind]
    model, description, inputs, parameters, count = adapted(kind, method)
    named = family["multiplied"] if method == "ia3" else family["low_rank"]
    targets = {"targets": named, "feedForward": feed_forward_of(family)} if family.get("stated") else {}
    dims = {name: list(value.shape) for name, value in parameters.items()}
    model = model.double()
    inputs = {name: wide(value) for name, value in inputs.items()}
    with torch.no_grad():
        logits = model(**inputs).logits
    losses = train(model, parameters.values(), inputs)
    return {**description, **targets, "trained": dims, "count": count, "logits": logits.tolist(), "losses": losses}


def save(kind, method, folder):
    model, _, inputs, parameters, _ = adapted(kind, method)
    train(model, parameters.values(), inputs)
    with tempfile.TemporaryDirectory() as scratch:
        model.save_pretrained(scratch)
        folder.mkdir(parents=True)
        for name in ("adapter_config.json", "adapter_model.safetensors"):
            shutil.copy(Path(scratch) / name, folder / name)
    with torch.no_grad():
        logits = model(**inputs).logits
    assert load_file(folder / "adapter_model.safetensors")
    (folder / "logits.json").write_text(json.dumps(logits.tolist()))


SAVED = [("bert", "lora"), ("roberta", "dora"), ("distilbert", "ia3"), ("deberta-v2", "lora"), ("gpt2", "dora"), ("gpt2", "ia3"), ("llama", "lora"), ("bert", "prompt-tuning"), ("resnet", "dora"), ("resnet", "ia3"), ("gpt2 with words", "lora")]


def main(target):
    families = {kind: {method: case(kind, method) for method in family.get("methods", METHODS)} for kind, family in FAMILIES.items()}
    for kind, cases in families.items():
        print(kind, {method: (found["count"], round(found["losses"][0], 4), round(found["losses"][-1], 4)) for method, found in cases.items()}, flush=True)
    facts = {"peft": peft.__version__, "transformers": transformers.__version__, "seed": SEED, "gain": GAIN, "rate": RATE, "labels": LABELS}
    settings = {"rank": RANK, "alpha": ALPHA, "tokens": TOKENS}
    text = json.dumps({**facts, **settings, "families": families}, separators=(",", ":"))
    (target / "cases.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    shutil.rmtree(target / "saved", ignore_errors=True)
    for kind, method in SAVED:
        save(kind, method, target / "saved" / f"{kind}-{method}".replace(" ", "-"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
