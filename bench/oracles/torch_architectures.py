"""Writes test/torch/architectures.json.gz: the weights of torchvision's networks, and what they compute.

    python3 bench/oracles/torch_architectures.py test/torch/architectures.json.gz [NAME ...]

Weights and inputs come from the generator of src/core/random.ts, so that a test can make both without reading them. Names given after the file
are computed anew; the rest of the file stays.
"""

import gzip
import json
import sys
from pathlib import Path

import torch
import torchvision
from generator import uniform
from torch_generated import SEED, sample, settle
from torchvision import models

# Images on which the network is small enough for a test: 64×64 where it takes that, as published where it does not.
SIDES = {
    **{name: 224 for name in ["alexnet", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"]},
    **{name: 96 for name in ["inception_v3", "googlenet"]},
}

NAMES = {
    "resnet": ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d"]
    + ["wide_resnet50_2", "wide_resnet101_2"],
    "alexnet": ["alexnet"],
    "vgg": ["vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"],
    "densenet": ["densenet121", "densenet161", "densenet169", "densenet201"],
    "inception": ["googlenet", "inception_v3"],
    "mobilenet": ["mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small"],
    "mnasnet": ["mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3"],
    "shufflenet": ["shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0"],
    "squeezenet": ["squeezenet1_0", "squeezenet1_1"],
    "regnet_x": [f"regnet_x_{flops}" for flops in ["400mf", "800mf", "1_6gf", "3_2gf", "8gf", "16gf", "32gf"]],
    "regnet_y": [f"regnet_y_{flops}" for flops in ["400mf", "800mf", "1_6gf", "3_2gf", "8gf", "16gf", "32gf", "128gf"]],
}


def build(name, side):
    if name.startswith("vit"):
        return getattr(models, name)(weights=None, image_size=side)
    if name in ("inception_v3", "googlenet"):
        return getattr(models, name)(weights=None, init_weights=False)
    return getattr(models, name)(weights=None)


def run(model, images):
    with torch.no_grad():
        return model(images)


def case(name):
    side = SIDES.get(name, 64)
    model = build(name, side).eval()
    images = torch.from_numpy(uniform(SEED, "images", [2, 3, side, side], -2, 2))
    gain = settle(model, run, images, images.flip(-1))
    weights = {name: list(value.shape) for name, value in model.state_dict().items()}
    return {"side": side, "gain": gain, "output": sample(run(model, images)), "weights": weights}


def main(target, names):
    known = json.loads(gzip.decompress(target.read_bytes()))["cases"] if target.exists() else {}
    order = [name for family in NAMES.values() for name in family]
    for name in names or order:
        known[name] = case(name)
        print(name, known[name]["gain"], known[name]["output"]["max"], flush=True)
        cases = {name: known[name] for name in order if name in known}
        text = json.dumps({"torchvision": torchvision.__version__, "seed": SEED, "cases": cases}, separators=(",", ":"))
        target.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
