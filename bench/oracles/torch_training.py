"""Writes test/torch/training.json.gz: the losses of eight steps of AdamW on networks of torchvision, as PyTorch takes them in double precision.

    python3 bench/oracles/torch_training.py test/torch/training.json.gz [NAME ...]

One network of each family, narrow. All weights are trained; BatchNorm keeps its statistics, and nothing is dropped. The loss is the mean
cross-entropy of the images, or of some of their pixels, over all outputs. Names given after the file are trained anew; the rest of the file stays.
"""

import gzip
import json
import sys
from pathlib import Path

import torch
import torchvision
from generator import uniform
from torch import nn
from torch_architectures import narrow_networks
from torch_generated import SEED, settle
from torch_steps import RATE, losses_of, reached
from torchvision import models

CLASSES = 3
LABELS = [2, 0]

# Every so manyth pixel of maps is a sample: all columns are among them, and sums of so few lose nothing in single precision.
PIXEL_STEP = 15

# Networks of which every layer has fewer channels: what these are divided by, and the side of the images.
DIVIDED = {
    "alexnet": (8, 224),
    "vgg11_bn": (16, 224),
    "resnet18": (8, 64),
    "resnext50_32x4d": (4, 64),
    "densenet121": (4, 64),
    "googlenet": (4, 64),
    "inception_v3": (8, 96),
    "mobilenet_v2": (4, 64),
    "mobilenet_v3_small": (4, 64),
    "mnasnet0_5": (2, 64),
    "shufflenet_v2_x0_5": (4, 64),
    "squeezenet1_1": (4, 64),
    "efficientnet_b0": (4, 64),
    "efficientnet_v2_s": (4, 64),
    "regnet_x_400mf": (4, 64),
    "regnet_y_400mf": (4, 64),
    "deeplabv3_mobilenet_v3_large": (8, 64),
    "fcn_resnet50": (8, 64),
    "lraspp_mobilenet_v3_large": (4, 64),
}

# Smaller steps, where those of RATE overshoot: the loss would go up and down, and amplify roundings.
RATES = {"alexnet": 3e-4}


def build(name):
    if name in ("inception_v3", "googlenet"):
        return getattr(models, name)(weights=None, init_weights=False, aux_logits=False, num_classes=CLASSES)
    if hasattr(models.segmentation, name):
        options = {} if name.startswith("lraspp") else {"aux_loss": True}
        return getattr(models.segmentation, name)(weights=None, weights_backbone=None, num_classes=CLASSES, **options)
    return getattr(models, name)(weights=None, num_classes=CLASSES)


def width(channels, by):
    """Fewer channels, but for the three colours in front and the three classes behind."""
    return channels if channels == CLASSES else max(1, channels // by)


def divided(layer, by):
    if isinstance(layer, nn.Conv2d):
        into, out = width(layer.in_channels, by), width(layer.out_channels, by)
        groups = into if layer.groups == layer.in_channels else layer.groups
        shape = {name: getattr(layer, name) for name in ["stride", "padding", "dilation"]}
        return nn.Conv2d(into, out, layer.kernel_size, groups=groups, bias=layer.bias is not None, **shape)
    if isinstance(layer, nn.Linear):
        return nn.Linear(width(layer.in_features, by), width(layer.out_features, by), layer.bias is not None)
    if isinstance(layer, nn.BatchNorm2d):
        return nn.BatchNorm2d(width(layer.num_features, by), layer.eps, layer.momentum)
    return layer


def narrow(model, by):
    for module in list(model.modules()):
        for name, child in module.named_children():
            setattr(module, name, divided(child, by))
    return model


def network(name):
    """A network, and the side of its images."""
    if name not in DIVIDED:
        return narrow_networks()[name]
    by, side = DIVIDED[name]
    return narrow(build(name), by), side


def outputs_of(model, images):
    outputs = model(images)
    return list(outputs.values()) if isinstance(outputs, dict) else [outputs]


def rows(scores):
    """The scores of the samples `[N, classes]`: of images as they are, of maps `[N, classes, H, W]` those of some pixels."""
    return scores if scores.dim() == 2 else scores.permute(0, 2, 3, 1).flatten(0, 2)[::PIXEL_STEP]


def labels_of(scores):
    """Of images their classes; of pixels those of their images on the left, and the class between on the right."""
    labels = torch.tensor(LABELS)
    if scores.dim() == 2:
        return labels
    height, width = scores.shape[2:]
    on_left = torch.arange(width) < width // 2
    return torch.where(on_left, labels[:, None, None], 1).expand(-1, height, -1).flatten()[::PIXEL_STEP]


def mean_loss(outputs, labels):
    return torch.stack([nn.functional.cross_entropy(rows(scores), labels) for scores in outputs]).mean()


def case(name):
    model, side = network(name)
    model.eval()
    images = torch.from_numpy(uniform(SEED, "images", [len(LABELS), 3, side, side], -2, 2))
    with torch.no_grad():
        gain = settle(model, lambda model, images: outputs_of(model, images)[0], images, images.flip(-1))
        labels = labels_of(outputs_of(model, images)[0])
    model, images = model.double(), images.double()
    rate = RATES.get(name, RATE)
    losses = losses_of(model, lambda: mean_loss(outputs_of(model, images), labels), rate)
    weights = {name: list(value.shape) for name, value in model.state_dict().items()}
    trained = list(reached(model))
    return {"side": side, "gain": gain, "rate": rate, "labels": labels.tolist(), "losses": losses, "weights": weights, "trained": trained}


def main(target, names):
    known = json.loads(gzip.decompress(target.read_bytes()))["cases"] if target.exists() else {}
    every = [*DIVIDED, *narrow_networks()]
    for name in names or every:
        known[name] = case(name)
        print(name, known[name]["gain"], known[name]["losses"], flush=True)
    cases = {name: known[name] for name in every if name in known}
    written = {"torchvision": torchvision.__version__, "seed": SEED, "pixelStep": PIXEL_STEP, "cases": cases}
    target.write_bytes(gzip.compress(json.dumps(written, separators=(",", ":")).encode(), mtime=0))


main(Path(sys.argv[1]), sys.argv[2:])
