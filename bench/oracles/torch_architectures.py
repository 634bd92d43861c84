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
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.maxvit import MaxVit
from torchvision.models.swin_transformer import PatchMergingV2, SwinTransformer, SwinTransformerBlockV2
from torchvision.models.vision_transformer import VisionTransformer

# Images on which the network is small enough for a test: 64×64 where it takes that, as published where it does not.
SIDES = {
    **{name: 224 for name in ["alexnet", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"]},
    **{name: 96 for name in ["inception_v3", "googlenet"]},
    # Maps of odd sides, which the windows and the layers in between pad.
    **{name: 72 for name in ["swin_t", "swin_v2_t"]},
    "vit_h_14": 56,
    "maxvit_t": 224,
}

SEGMENTATION = ["deeplabv3_resnet50", "deeplabv3_resnet101", "deeplabv3_mobilenet_v3_large", "fcn_resnet50", "fcn_resnet101"]
SEGMENTATION += ["lraspp_mobilenet_v3_large"]

NAMES = {
    "resnet": ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d"]
    + ["wide_resnet50_2", "wide_resnet101_2"],
    "efficientnet": [f"efficientnet_{variant}" for variant in ["b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "v2_s", "v2_m", "v2_l"]],
    "convnext": [f"convnext_{variant}" for variant in ["tiny", "small", "base", "large"]],
    "vision_transformer": [f"vit_{variant}" for variant in ["b_16", "b_32", "l_16", "l_32", "h_14"]],
    "swin_transformer": [f"swin_{variant}" for variant in ["t", "s", "b", "v2_t", "v2_s", "v2_b"]],
    "maxvit": ["maxvit_t"],
    "segmentation": SEGMENTATION,
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
    if name in SEGMENTATION:
        options = {} if name.startswith("lraspp") else {"aux_loss": True}
        return getattr(models.segmentation, name)(weights=None, weights_backbone=None, num_classes=21, **options)
    return getattr(models, name)(weights=None)


def narrow_networks():
    """Designs whose published sizes are too large for a test, narrow and shallow, by the name of a design, and the side of their images."""
    blocks = [CNBlockConfig(16, 32, 2), CNBlockConfig(32, None, 1)]
    swin = {"patch_size": [4, 4], "embed_dim": 16, "depths": [2, 2], "num_heads": [2, 4]}
    v2 = {"block": SwinTransformerBlockV2, "downsample_layer": PatchMergingV2}
    maxvit = {"partition_size": 7, "head_dim": 8, "stochastic_depth_prob": 0.2}
    return {
        "convnext_tiny": (ConvNeXt(blocks), 32),
        "vit_b_16": (VisionTransformer(image_size=32, patch_size=8, num_layers=2, num_heads=12, hidden_dim=48, mlp_dim=96), 32),
        # Maps of odd sides, which the windows and the layers in between pad.
        "swin_t": (SwinTransformer(**swin, window_size=[7, 7]), 60),
        "swin_v2_t": (SwinTransformer(**swin, **v2, window_size=[8, 8]), 60),
        "maxvit_t": (MaxVit(input_size=(56, 56), stem_channels=8, block_channels=[16, 32], block_layers=[2, 1], **maxvit), 56),
    }


def run(model, images):
    with torch.no_grad():
        outputs = model(images)
        return outputs["out"] if isinstance(outputs, dict) else outputs


def case(model, side):
    model.eval()
    images = torch.from_numpy(uniform(SEED, "images", [2, 3, side, side], -2, 2))
    gain = settle(model, run, images, images.flip(-1))
    weights = {name: list(value.shape) for name, value in model.state_dict().items()}
    return {"side": side, "gain": gain, "output": sample(run(model, images)), "weights": weights}


def main(target, names):
    known = json.loads(gzip.decompress(target.read_bytes()))["cases"] if target.exists() else {}
    narrow = {name: case(*network) for name, network in narrow_networks().items()}
    order = [name for family in NAMES.values() for name in family]
    for name in names or order:
        side = SIDES.get(name, 64)
        known[name] = case(build(name, side), side)
        print(name, known[name]["gain"], known[name]["output"]["max"], flush=True)
        cases = {name: known[name] for name in order if name in known}
        text = json.dumps({"torchvision": torchvision.__version__, "seed": SEED, "cases": cases, "narrow": narrow}, separators=(",", ":"))
        target.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
