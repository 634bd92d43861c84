"""Writes test/huggingface/training.json.gz: the losses of eight steps of AdamW on models of transformers, as PyTorch takes them in double precision.

    python bench/oracles/huggingface_training.py test/huggingface/training.json.gz [TYPE ...]

All weights are trained, without dropout. The loss is the cross-entropy of the classes; of models that score every token, of the last token's
scores. Model types given after the file are trained anew; the rest of the file stays.
"""

import gzip
import json
import sys
from pathlib import Path

import torch
import transformers
from huggingface_families import FAMILIES, GAIN, build, described
from torch import nn
from torch_generated import SEED
from torch_steps import RATE, losses_of

# Model type: the class that is trained.
TRAINED = {
    "bert": "BertForSequenceClassification",
    "gpt2": "GPT2LMHeadModel",
    "llama": "LlamaForSequenceClassification",
    "mistral": "MistralForSequenceClassification",
    "qwen2": "Qwen2ForSequenceClassification",
    "qwen3": "Qwen3ForSequenceClassification",
    "t5": "T5ForTokenClassification",
    "vit": "ViTForImageClassification",
    "deit": "DeiTForImageClassification",
    "dinov2": "Dinov2ForImageClassification",
    "swin": "SwinForImageClassification",
    "convnext": "ConvNextForImageClassification",
    "convnextv2": "ConvNextV2ForImageClassification",
    "resnet": "ResNetForImageClassification",
    "clip": "CLIPForImageClassification",
    "roberta": "RobertaForSequenceClassification",
    "distilbert": "DistilBertForSequenceClassification",
    "albert": "AlbertForSequenceClassification",
    "electra": "ElectraForSequenceClassification",
    "mpnet": "MPNetForSequenceClassification",
    "deberta-v2": "DebertaV2ForSequenceClassification",
}

LABELS = [2, 0]


def wide(value):
    return value.double() if value.is_floating_point() else value


def loss_of(scores):
    return nn.functional.cross_entropy(scores[:, -1] if scores.dim() == 3 else scores, torch.tensor(LABELS))


def case(kind):
    family = FAMILIES[kind]
    model, inputs = build(kind, TRAINED[kind], {**family["config"], **family.get("variants", [{}])[0], "num_labels": 3})
    description = described(model, inputs)
    model, inputs = model.double(), {name: wide(value) for name, value in inputs.items()}
    return {**description, "losses": losses_of(model, lambda: loss_of(model(**inputs).logits))}


def main(target, kinds):
    known = json.loads(gzip.decompress(target.read_bytes()))["cases"] if target.exists() else {}
    for kind in kinds or TRAINED:
        known[kind] = case(kind)
        print(kind, known[kind]["losses"], flush=True)
    cases = {kind: known[kind] for kind in TRAINED if kind in known}
    written = {"transformers": transformers.__version__, "seed": SEED, "gain": GAIN, "rate": RATE, "labels": LABELS, "cases": cases}
    target.write_bytes(gzip.compress(json.dumps(written, separators=(",", ":")).encode(), mtime=0))


main(Path(sys.argv[1]), sys.argv[2:])
