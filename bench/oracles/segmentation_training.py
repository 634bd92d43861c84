"""Writes test/segmentation/deeplab.json: what DeepLabV3 computes and how its loss falls in steps of SGD, by torchvision in double precision.

    python3 bench/oracles/segmentation_training.py test/segmentation/deeplab.json

Weights, images and masks come from the generator of src/core/random.ts, so that a test can make them without reading them. Networks are narrow. Pixels
of class 255 count for nothing. Nothing is dropped; rates do not change.

- `resnet50-16`, `resnet50-8`: torchvision's ResNet with `replace_stride_with_dilation`, its DeepLabHead with the rates of that output stride, and its FCNHead on
  the stage before, whose loss counts 0.4. BatchNorm of the backbone keeps its statistics, that of the heads uses the batch's.
- `deeplabv3_mobilenet_v3_large`: the whole network of torchvision in training mode.
"""

import json
import sys
from collections import OrderedDict
from pathlib import Path

import torch
import torchvision
from generator import integers, uniform
from torch import nn
from torch_generated import SEED, fill, sample
from torchvision.models import resnet
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.models.segmentation import deeplabv3, deeplabv3_mobilenet_v3_large, fcn

CLASSES = 4
IMAGES = 8
STEPS = 12
# Side of the images and learning rate: where steps are larger, single precision departs from double precision by itself.
SETTINGS = {"resnet50-16": (64, 0.004), "resnet50-8": (64, 0.004), "deeplabv3_mobilenet_v3_large": (96, 0.002)}
AUXILIARY = 0.4
IGNORED = 255


def narrow(model, by):
    """Every layer with fewer channels, but for the colours in front and the classes behind."""

    def width(channels):
        return channels if channels in (3, CLASSES) else max(1, channels // by)

    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Conv2d):
                groups = width(child.in_channels) if child.groups == child.in_channels else child.groups
                shape = {key: getattr(child, key) for key in ["stride", "padding", "dilation"]}
                new = nn.Conv2d(width(child.in_channels), width(child.out_channels), child.kernel_size, groups=groups, bias=child.bias is not None, **shape)
                setattr(module, name, new)
            elif isinstance(child, nn.BatchNorm2d):
                setattr(module, name, nn.BatchNorm2d(width(child.num_features), child.eps, child.momentum))
            elif isinstance(child, nn.Dropout):
                child.p = 0.0
    return model


def resnet50(stride):
    rates = {16: (6, 12, 18), 8: (12, 24, 36)}[stride]
    base = resnet.ResNet(resnet.Bottleneck, [1, 2, 1, 2], replace_stride_with_dilation=[False, stride == 8, True])
    backbone = IntermediateLayerGetter(base, {"layer4": "out", "layer3": "aux"})
    head = nn.Sequential(deeplabv3.ASPP(2048, list(rates)), nn.Conv2d(256, 256, 3, padding=1, bias=False), nn.BatchNorm2d(256), nn.ReLU(), nn.Conv2d(256, CLASSES, 1))
    return narrow(deeplabv3.DeepLabV3(backbone, head, fcn.FCNHead(1024, CLASSES)), 16)


def in_training(model, name):
    model.train()
    if name.startswith("resnet"):
        model.backbone.eval()


def masks(side):
    """Blocks of 8 by 8 pixels of one class; those of a fifth number are ignored."""
    blocks = torch.from_numpy(integers(SEED, "masks", [IMAGES, side // 8, side // 8], 0, CLASSES + 1))
    blocks[blocks == CLASSES] = IGNORED
    return blocks.repeat_interleave(8, 1).repeat_interleave(8, 2)


def loss_of(outputs, target):
    loss = nn.functional.cross_entropy(outputs["out"], target, ignore_index=IGNORED)
    if "aux" in outputs:
        loss = loss + AUXILIARY * nn.functional.cross_entropy(outputs["aux"], target, ignore_index=IGNORED)
    return loss


def losses_of(model, images, target, rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    losses = []
    for _ in range(STEPS + 1):
        loss = loss_of(model(images), target)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


def case(name, build):
    side, rate = SETTINGS[name]
    images = torch.from_numpy(uniform(SEED, "images", [IMAGES, 3, side, side], -2, 2))
    target = masks(side)
    results = {}
    for kind in (torch.float64, torch.float32):
        model = build()
        with torch.no_grad():
            fill(model, 1.0)
            scores = OrderedDict((key, sample(value)) for key, value in model.eval()(images).items())
        model = model.to(kind)
        in_training(model, name)
        results[kind] = losses_of(model, images.to(kind), target, rate)
    single = max(abs(a - b) for a, b in zip(results[torch.float64], results[torch.float32]))
    weights = {key: list(value.shape) for key, value in build().state_dict().items() if value.is_floating_point()}
    return {"side": side, "rate": rate, "scores": scores, "losses": results[torch.float64], "single": single, "weights": weights}


def main(target):
    cases = {
        "resnet50-16": case("resnet50-16", lambda: resnet50(16)),
        "resnet50-8": case("resnet50-8", lambda: resnet50(8)),
        "deeplabv3_mobilenet_v3_large": case(
            "deeplabv3_mobilenet_v3_large",
            lambda: narrow(deeplabv3_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=CLASSES), 8),
        ),
    }
    for name, found in cases.items():
        print(name, found["losses"], found["single"], {key: value["max"] for key, value in found["scores"].items()})
    about = {"torchvision": torchvision.__version__, "seed": SEED, "classes": CLASSES, "images": IMAGES}
    target.write_text(json.dumps({**about, "cases": cases}, separators=(",", ":")) + "\n")


main(Path(sys.argv[1]))
