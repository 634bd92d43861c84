"""ResNet, MobileNetV2 and EfficientNet-B0, as torchvision has them, without dropout and stochastic depth."""

import torch
from torch import nn


def conv(inputs, outputs, size, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False)


def shortcut(inputs, outputs, stride):
    if stride == 1 and inputs == outputs:
        return None
    return nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, width, 3, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv(width, width, 3), nn.BatchNorm2d(width)
        self.relu, self.downsample = nn.ReLU(inplace=True), shortcut(inputs, width, stride)

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        y = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(y)) + identity)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, width, 1), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv(width, width, 3, stride), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = conv(width, 4 * width, 1), nn.BatchNorm2d(4 * width)
        self.relu, self.downsample = nn.ReLU(inplace=True), shortcut(inputs, 4 * width, stride)

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        y = self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))))
        return self.relu(self.bn3(self.conv3(y)) + identity)


class ResNet(nn.Module):
    def __init__(self, block, depths, classes=10):
        super().__init__()
        self.conv1, self.bn1, self.relu, self.maxpool = conv(3, 64, 7, 2), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)
        self.channels = 64
        self.layer1, self.layer2, self.layer3, self.layer4 = (self.stage(block, depth, index) for index, depth in enumerate(depths))
        self.fc = nn.Linear(self.channels, classes)

    def stage(self, block, depth, index):
        blocks = []
        for position in range(depth):
            blocks.append(block(self.channels, 64 << index, 2 if index > 0 and position == 0 else 1))
            self.channels = (64 << index) * block.expansion
        return nn.Sequential(*blocks)

    def forward(self, image):
        x = self.maxpool(self.relu(self.bn1(self.conv1(image))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(nn.functional.adaptive_avg_pool2d(x, (1, 1)), 1))


def convolution(inputs, outputs, size, stride=1, groups=1):
    return nn.Sequential(conv(inputs, outputs, size, stride, groups), nn.BatchNorm2d(outputs), nn.ReLU6(inplace=True))


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride, factor):
        super().__init__()
        hidden = inputs * factor
        expand = [convolution(inputs, hidden, 1)] if factor != 1 else []
        self.conv = nn.Sequential(*expand, convolution(hidden, hidden, 3, stride, hidden), conv(hidden, outputs, 1), nn.BatchNorm2d(outputs))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.conv(x) if self.residual else self.conv(x)


# Expansion factor, channels, repeats, first stride.
MOBILENET_V2 = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


class MobileNetV2(nn.Module):
    def __init__(self, classes=10, features_only=False):
        super().__init__()
        layers, channels = [convolution(3, 32, 3, 2)], 32
        for factor, outputs, repeats, stride in MOBILENET_V2:
            for position in range(repeats):
                layers.append(InvertedResidual(channels, outputs, stride if position == 0 else 1, factor))
                channels = outputs
        self.features = nn.Sequential(*layers, convolution(channels, 1280, 1))
        self.classifier = nn.Identity() if features_only else nn.Linear(1280, classes)

    def forward(self, image):
        return self.classifier(torch.flatten(nn.functional.adaptive_avg_pool2d(self.features(image), (1, 1)), 1))


class SqueezeExcitation(nn.Module):
    """A factor a channel, from the means of all channels."""

    def __init__(self, channels, squeezed, activation, gate):
        super().__init__()
        self.fc1, self.fc2, self.activation, self.gate = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1), activation, gate

    def forward(self, x):
        mean = nn.functional.adaptive_avg_pool2d(x, (1, 1))
        return x * self.gate(self.fc2(self.activation(self.fc1(mean))))


def activated(inputs, outputs, size, stride, groups, activation, dilation=1):
    padding = (size - 1) // 2 * dilation
    layer = nn.Conv2d(inputs, outputs, size, stride, padding, dilation, groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), activation())


class MobileBlock(nn.Module):
    """An inverted residual with squeeze and excitation, of EfficientNet."""

    def __init__(self, inputs, outputs, size, stride, factor):
        super().__init__()
        hidden = inputs * factor
        expand = [activated(inputs, hidden, 1, 1, 1, nn.SiLU)] if factor != 1 else []
        squeeze = SqueezeExcitation(hidden, max(1, inputs // 4), nn.SiLU(), nn.Sigmoid())
        self.block = nn.Sequential(*expand, activated(hidden, hidden, size, stride, hidden, nn.SiLU), squeeze, activated(hidden, outputs, 1, 1, 1, nn.Identity))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.block(x) if self.residual else self.block(x)


# Expansion factor, kernel, first stride, channels, repeats.
EFFICIENTNET_B0 = [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)]


class EfficientNetB0(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        layers, channels = [activated(3, 32, 3, 2, 1, nn.SiLU)], 32
        for factor, size, stride, outputs, repeats in EFFICIENTNET_B0:
            for position in range(repeats):
                layers.append(MobileBlock(channels, outputs, size, stride if position == 0 else 1, factor))
                channels = outputs
        self.features = nn.Sequential(*layers, activated(channels, 1280, 1, 1, 1, nn.SiLU))
        self.classifier = nn.Linear(1280, classes)

    def forward(self, image):
        return self.classifier(torch.flatten(nn.functional.adaptive_avg_pool2d(self.features(image), (1, 1)), 1))
