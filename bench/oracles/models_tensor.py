"""Small models of plain tensors, signals and images, written with plain PyTorch."""

import torch
from torch import nn
from torch.nn import functional as F


def mlp(features=20, hidden=(32, 16), outputs=4, activation=nn.ReLU):
    layers, width = [], features
    for size in hidden:
        layers += [nn.Linear(width, size), activation()]
        width = size
    return nn.Sequential(*layers, nn.Linear(width, outputs))


class Activations(nn.Module):
    """Every smooth or piecewise activation PyTorch exports, one after the other."""

    def __init__(self, features=12, width=16, classes=4):
        super().__init__()
        kinds = [
            nn.ELU(0.7), nn.SELU(), nn.CELU(1.3), nn.GELU(), nn.SiLU(), nn.Mish(), nn.Softplus(), nn.Softsign(), nn.Hardsigmoid(),
            nn.Hardswish(), nn.LeakyReLU(0.1), nn.PReLU(width), nn.Sigmoid(), nn.Tanh(), nn.ReLU6(), nn.LogSigmoid(),
        ]
        self.stem, self.kinds = nn.Linear(features, width), nn.ModuleList(kinds)
        self.mixers = nn.ModuleList(nn.Linear(width, width) for _ in kinds)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        x = self.stem(x)
        for mixer, kind in zip(self.mixers, self.kinds):
            x = x + kind(mixer(x))
        return self.head(x)


class SignalNet(nn.Module):
    """1-D convolutions over [N, 2, 64]: stride, dilation, groups, BatchNorm, max and average pool."""

    def __init__(self, classes=4):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv1d(2, 12, 7, stride=2, padding=3), nn.BatchNorm1d(12), nn.ReLU(), nn.MaxPool1d(3, 2, 1),
            nn.Conv1d(12, 12, 3, padding=2, dilation=2, groups=3), nn.BatchNorm1d(12), nn.GELU(), nn.AvgPool1d(2),
            nn.Conv1d(12, 24, 1), nn.SiLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(),
        )
        self.head = nn.Linear(24, classes)

    def forward(self, x):
        return self.head(self.features(x))


class VolumeNet(nn.Module):
    """3-D convolutions over [N, 1, 8, 16, 16]."""

    def __init__(self, classes=4):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv3d(1, 6, 3, padding=1), nn.BatchNorm3d(6)
        self.conv2, self.norm2 = nn.Conv3d(6, 12, 3, stride=2, padding=1), nn.GroupNorm(3, 12)
        self.head = nn.Linear(12, classes)

    def forward(self, x):
        x = F.max_pool3d(F.relu(self.norm1(self.conv1(x))), 2)
        return self.head(F.relu(self.norm2(self.conv2(x))).mean((2, 3, 4)))


class UNetLike(nn.Module):
    """Encoder and decoder with ConvTranspose, bilinear and nearest upsampling, skips and GroupNorm; pooled for a class."""

    def __init__(self, classes=4):
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 16, 3, stride=2, padding=1)
        self.middle, self.norm = nn.Conv2d(16, 16, 3, stride=2, padding=1), nn.GroupNorm(4, 16)
        self.up = nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1)
        self.merge, self.out = nn.Conv2d(24, 8, 3, padding=1), nn.Conv2d(16, 12, 3, padding=1)
        self.instance, self.head = nn.InstanceNorm2d(8, affine=True), nn.Linear(12, classes)

    def forward(self, x):
        first = F.relu(self.down1(x))
        second = F.relu(self.down2(first))
        deep = F.relu(self.norm(self.middle(second)))
        x = F.relu(self.instance(self.merge(torch.cat([self.up(deep), second], 1))))
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        x = torch.cat([x, F.interpolate(second[:, :8], scale_factor=2, mode="nearest") + first], 1)
        return self.head(F.relu(self.out(x)).mean((2, 3)))


class PixelMixer(nn.Module):
    """Shape-heavy: pixel shuffle and unshuffle, pad modes, slices, split, stack, gather, einsum, where, expand."""

    def __init__(self, classes=4):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.mix, self.scale = nn.Parameter(torch.zeros(16, 16)), nn.Parameter(torch.zeros(1, 16, 1))
        self.head = nn.Linear(32, classes)
        self.register_buffer("order", torch.tensor([3, 1, 2, 0] * 4))

    def forward(self, x):
        x = F.pad(x, (1, 1, 1, 1), mode="reflect")
        x = F.pixel_shuffle(self.conv(x), 2)  # [N, 4, H, W]
        x = F.pad(x, (0, 2, 2, 0), value=0.5)[:, :, 1:-1:2, ::2]
        left, right = x.split([3, 1], 1)
        x = torch.cat([left * right, right, left.abs().clamp(max=1.5), left - right, x[:, self.order[:6]]], 1)
        x = x.flatten(2)  # [N, 16, P]
        x = torch.einsum("nip,ij->njp", x, self.mix) * self.scale.expand(x.size(0), -1, x.size(2))
        x = torch.where(x > 0.1, x * 2, torch.tanh(x))
        return self.head(torch.stack([x.mean(-1), x.pow(2).mean(-1).sqrt()], -1).flatten(1))


class ResidualNet(nn.Module):
    """Two residual blocks with BatchNorm, the second with a strided 1x1 shortcut."""

    def __init__(self, classes=4):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.conv2, self.norm2 = nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.conv3, self.norm3 = nn.Conv2d(8, 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16)
        self.shortcut, self.norm4 = nn.Conv2d(8, 16, 1, stride=2, bias=False), nn.BatchNorm2d(16)
        self.pool, self.head = nn.AdaptiveAvgPool2d(1), nn.Linear(16, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm1(self.conv1(x))), 3, 2, 1)
        x = F.relu(self.norm2(self.conv2(x)) + x)
        x = F.relu(self.norm3(self.conv3(x)) + self.norm4(self.shortcut(x)))
        return self.head(self.pool(x).flatten(1))
