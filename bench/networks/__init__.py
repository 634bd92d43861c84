"""The networks that the benchmark trains; `tiny` ones are for trying the benchmark itself."""

from torch import nn

from .convolutional import BasicBlock, Bottleneck, EfficientNetB0, MobileNetV2, ResNet
from .segmentation import DeepLabV3
from .transformers import Bert, Vit


def bert(tiny, rank=0):
    return Bert(2, 48, 4, rank, vocabulary=1000) if tiny else Bert(6, 384, 12, rank)


def vit(tiny):
    return Vit(2, 48, 4, size=64) if tiny else Vit(12, 384, 6)


NETWORKS = {
    "bert": bert,
    "bert-lora": lambda tiny: bert(tiny, rank=8),
    "vit": vit,
    "resnet18": lambda tiny: ResNet(BasicBlock, [2, 2, 2, 2]),
    "resnet50": lambda tiny: ResNet(Bottleneck, [3, 4, 6, 3]),
    "mobilenetv2": lambda tiny: MobileNetV2(),
    "mobilenetv2-features": lambda tiny: MobileNetV2(features_only=True),
    "efficientnet-b0": lambda tiny: EfficientNetB0(),
    "deeplabv3-mobilenetv3": lambda tiny: DeepLabV3(),
    "head": lambda tiny: nn.Sequential(nn.ReLU(), nn.Linear(64 if tiny else 1280, 10)),
}


def build(name, tiny):
    return NETWORKS[name](tiny).eval()
