"""DeepLabV3 on MobileNetV3-Large with output stride 16, as torchvision has it, without dropout and auxiliary head."""

import torch
from torch import nn
from torch.nn import functional as F

from .convolutional import SqueezeExcitation, activated


class Block(nn.Module):
    """An inverted residual of MobileNetV3."""

    def __init__(self, inputs, size, hidden, outputs, squeezes, activation, stride, dilation):
        super().__init__()
        layers = [] if hidden == inputs else [activated(inputs, hidden, 1, 1, 1, activation)]
        layers.append(activated(hidden, hidden, size, 1 if dilation > 1 else stride, hidden, activation, dilation))
        if squeezes:
            layers.append(SqueezeExcitation(hidden, divisible(hidden / 4), nn.ReLU(), nn.Hardsigmoid()))
        self.block = nn.Sequential(*layers, activated(hidden, outputs, 1, 1, 1, nn.Identity))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.block(x) if self.residual else self.block(x)


def divisible(channels, by=8):
    """The nearest multiple, at least nine tenths."""
    rounded = max(by, int(channels + by / 2) // by * by)
    return rounded if rounded >= 0.9 * channels else rounded + by


# Inputs, kernel, expanded channels, outputs, squeeze and excitation, activation, stride, dilation.
MOBILENET_V3_LARGE = [
    (16, 3, 16, 16, False, nn.ReLU, 1, 1),
    (16, 3, 64, 24, False, nn.ReLU, 2, 1),
    (24, 3, 72, 24, False, nn.ReLU, 1, 1),
    (24, 5, 72, 40, True, nn.ReLU, 2, 1),
    (40, 5, 120, 40, True, nn.ReLU, 1, 1),
    (40, 5, 120, 40, True, nn.ReLU, 1, 1),
    (40, 3, 240, 80, False, nn.Hardswish, 2, 1),
    (80, 3, 200, 80, False, nn.Hardswish, 1, 1),
    (80, 3, 184, 80, False, nn.Hardswish, 1, 1),
    (80, 3, 184, 80, False, nn.Hardswish, 1, 1),
    (80, 3, 480, 112, True, nn.Hardswish, 1, 1),
    (112, 3, 672, 112, True, nn.Hardswish, 1, 1),
    (112, 5, 672, 160, True, nn.Hardswish, 2, 2),
    (160, 5, 960, 160, True, nn.Hardswish, 1, 2),
    (160, 5, 960, 160, True, nn.Hardswish, 1, 2),
]


class PooledBranch(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.layer = activated(inputs, outputs, 1, 1, 1, nn.ReLU)

    def forward(self, x):
        mean = self.layer(F.adaptive_avg_pool2d(x, (1, 1)))
        return mean.expand(-1, -1, x.size(2), x.size(3))


class DeepLabV3(nn.Module):
    def __init__(self, classes=21, rates=(12, 24, 36), width=256):
        super().__init__()
        blocks = (Block(*row) for row in MOBILENET_V3_LARGE)
        self.backbone = nn.Sequential(activated(3, 16, 3, 2, 1, nn.Hardswish), *blocks, activated(160, 960, 1, 1, 1, nn.Hardswish))
        atrous = (activated(960, width, 3, 1, 1, nn.ReLU, rate) for rate in rates)
        self.branches = nn.ModuleList([activated(960, width, 1, 1, 1, nn.ReLU), *atrous, PooledBranch(960, width)])
        self.project = activated(5 * width, width, 1, 1, 1, nn.ReLU)
        self.classifier = nn.Sequential(activated(width, width, 3, 1, 1, nn.ReLU), nn.Conv2d(width, classes, 1))

    def forward(self, image):
        x = self.backbone(image)
        x = self.classifier(self.project(torch.cat([branch(x) for branch in self.branches], 1)))
        return F.interpolate(x, size=(image.size(2), image.size(3)), mode="bilinear", align_corners=False)
