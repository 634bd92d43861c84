"""Vision families: torchvision's own blocks at a few thousand parameters, and its full-size models without dropout."""

from functools import partial

import torch
from torch import nn
from torchvision import models
from torchvision.models import (
    convnext, densenet, efficientnet, mnasnet, mobilenetv2, mobilenetv3, regnet, resnet, shufflenetv2, squeezenet,
    swin_transformer, vision_transformer,
)
from torchvision.models import video
from torchvision.models.googlenet import BasicConv2d, Inception
from torchvision.models.inception import InceptionB, InceptionC

CLASSES = 10


class Pooled(nn.Sequential):
    """Features, global average, classifier."""

    def __init__(self, features, channels, classes=CLASSES):
        super().__init__(*features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


def downsample(inputs, outputs, stride):
    return nn.Sequential(resnet.conv1x1(inputs, outputs, stride), nn.BatchNorm2d(outputs))


def stem(channels, size=7):
    return [nn.Conv2d(3, channels, size, 2, size // 2, bias=False), nn.BatchNorm2d(channels), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]


def resnet_tiny():
    block = resnet.BasicBlock
    return Pooled([
        *stem(8), block(8, 8), block(8, 16, 2, downsample(8, 16, 2)), block(16, 24, 2, downsample(16, 24, 2)), block(24, 32, 2, downsample(24, 32, 2)),
    ], 32)


def bottleneck_tiny():
    """Bottlenecks, one of them grouped (ResNeXt) and one dilated."""
    block = resnet.Bottleneck
    return Pooled([
        *stem(8), block(8, 4, 1, downsample(8, 16, 1)), block(16, 8, 2, downsample(16, 32, 2), groups=2), block(32, 8, dilation=2),
    ], 32)


def mobilenetv2_tiny():
    settings = [[1, 8, 1, 1], [6, 8, 2, 2], [6, 16, 2, 2], [4, 16, 1, 1]]
    return mobilenetv2.MobileNetV2(CLASSES, width_mult=0.5, inverted_residual_setting=settings, round_nearest=4, dropout=0.0)


def mobilenetv3_tiny():
    config = partial(mobilenetv3.InvertedResidualConfig, width_mult=1.0)
    settings = [config(8, 3, 8, 8, True, "RE", 2, 1), config(8, 3, 24, 12, False, "RE", 2, 1), config(12, 5, 32, 16, True, "HS", 2, 1), config(16, 5, 32, 16, True, "HS", 1, 1)]
    network = mobilenetv3.MobileNetV3(settings, last_channel=64, num_classes=CLASSES, dropout=0.0)
    network.features[0] = mobilenetv3.Conv2dNormActivation(3, 8, 3, 2, norm_layer=nn.BatchNorm2d, activation_layer=nn.Hardswish)
    return network


def densenet_tiny():
    return densenet.DenseNet(growth_rate=6, block_config=(2, 3, 2), num_init_features=8, bn_size=2, num_classes=CLASSES)


def efficientnet_tiny():
    config = efficientnet.MBConvConfig
    settings = [config(1, 3, 1, 8, 8, 1, 1.0, 1.0), config(4, 3, 2, 8, 16, 2, 1.0, 1.0), config(4, 5, 2, 16, 24, 2, 1.0, 1.0)]
    return efficientnet.EfficientNet(settings, dropout=0.0, stochastic_depth_prob=0.0, num_classes=CLASSES, last_channel=48)


def efficientnetv2_tiny():
    fused, plain = efficientnet.FusedMBConvConfig, efficientnet.MBConvConfig
    settings = [fused(1, 3, 1, 8, 8, 1), fused(4, 3, 2, 8, 16, 2), plain(4, 3, 2, 16, 24, 2)]
    return efficientnet.EfficientNet(settings, dropout=0.0, stochastic_depth_prob=0.0, num_classes=CLASSES, last_channel=48)


def googlenet_tiny():
    inception, conv = Inception, BasicConv2d
    return Pooled([
        conv(3, 8, kernel_size=7, stride=2, padding=3), nn.MaxPool2d(3, 2, ceil_mode=True), conv(8, 16, kernel_size=3, padding=1),
        nn.MaxPool2d(3, 2, ceil_mode=True), inception(16, 8, 6, 8, 4, 8, 8), nn.MaxPool2d(2, 2, ceil_mode=True), inception(32, 8, 6, 12, 4, 8, 8),
    ], 36)


def maxvit_tiny():
    return models.MaxVit(
        input_size=(64, 64), stem_channels=8, partition_size=2, block_channels=[8, 16], block_layers=[1, 1], head_dim=4, stochastic_depth_prob=0.0,
        num_classes=CLASSES, attention_dropout=0.0, mlp_dropout=0.0,
    )


def inception_tiny():
    """Inception v3's grid reduction and factorised 7x7 convolutions."""
    return Pooled([
        BasicConv2d(3, 16, kernel_size=3, stride=2), nn.MaxPool2d(3, 2), InceptionB(16), nn.Conv2d(496, 16, 1), InceptionC(16, channels_7x7=16),
    ], 768)


def video_tiny():
    """r3d: 3-D residual blocks over [N, 3, 4, 32, 32]."""
    block, conv = video.resnet.BasicBlock, video.resnet.Conv3DSimple
    shortcut = nn.Sequential(nn.Conv3d(8, 12, 1, 2, bias=False), nn.BatchNorm3d(12))
    return nn.Sequential(
        nn.Conv3d(3, 8, (3, 7, 7), (1, 2, 2), (1, 3, 3), bias=False), nn.BatchNorm3d(8), nn.ReLU(), block(8, 8, conv), block(8, 12, conv, 2, shortcut),
        nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(12, CLASSES),
    )


def vit_tiny():
    return vision_transformer.VisionTransformer(64, 16, 2, 2, 32, 64, num_classes=CLASSES)


def swin_tiny():
    return swin_transformer.SwinTransformer(
        patch_size=[4, 4], embed_dim=16, depths=[1, 2], num_heads=[2, 4], window_size=[4, 4], mlp_ratio=2.0, dropout=0.0, attention_dropout=0.0,
        stochastic_depth_prob=0.0, num_classes=CLASSES,
    )


def convnext_tiny():
    config = convnext.CNBlockConfig
    return convnext.ConvNeXt([config(16, 24, 1), config(24, 32, 2), config(32, None, 1)], stochastic_depth_prob=0.0, num_classes=CLASSES)


def regnet_tiny(se_ratio=0.25):
    parameters = regnet.BlockParams(depths=[1, 2, 1], widths=[8, 16, 24], group_widths=[8, 8, 8], bottleneck_multipliers=[1.0] * 3, strides=[2] * 3, se_ratio=se_ratio)
    return regnet.RegNet(parameters, num_classes=CLASSES, stem_width=8)


def shufflenet_tiny():
    return shufflenetv2.ShuffleNetV2([1, 2, 1], [8, 16, 24, 32, 48], num_classes=CLASSES)


def squeezenet_tiny():
    fire = squeezenet.Fire
    return nn.Sequential(
        nn.Conv2d(3, 12, 3, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, ceil_mode=True), fire(12, 6, 8, 8), fire(16, 6, 8, 8),
        nn.MaxPool2d(3, 2, ceil_mode=True), fire(16, 8, 12, 12), nn.Conv2d(24, CLASSES, 1), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    )


def vgg_tiny(batch_norm=False):
    features = models.vgg.make_layers([8, "M", 12, "M", 16, 16, "M", 24, "M"], batch_norm)
    return nn.Sequential(features, nn.AdaptiveAvgPool2d((2, 2)), nn.Flatten(), nn.Linear(96, 32), nn.ReLU(True), nn.Linear(32, CLASSES))


def alexnet_tiny():
    """AlexNet of the paper: LRN after the first two layers, overlapping pools, a grouped convolution."""
    return nn.Sequential(
        nn.Conv2d(3, 12, 11, 4, 2), nn.ReLU(True), nn.LocalResponseNorm(5, k=2.0), nn.MaxPool2d(3, 2), nn.Conv2d(12, 16, 5, padding=2, groups=2), nn.ReLU(True),
        nn.LocalResponseNorm(5, k=2.0), nn.MaxPool2d(3, 2), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(True), nn.Flatten(), nn.Linear(16 * 3 * 3, 32),
        nn.ReLU(True), nn.Linear(32, CLASSES),
    )


def mnasnet_tiny():
    return mnasnet.MNASNet(0.1, num_classes=CLASSES, dropout=0.0)


def full(name, **options):
    """A torchvision model by name, ten classes, dropout and stochastic depth off."""
    network = getattr(models, name)(weights=None, num_classes=CLASSES, **options)
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        if type(module).__name__ == "StochasticDepth":
            module.p = 0.0
    return network


def googlenet_full():
    return models.GoogLeNet(CLASSES, aux_logits=False, init_weights=False, dropout=0.0)


def inception_full():
    return models.Inception3(CLASSES, aux_logits=False, init_weights=False, dropout=0.0)


def vit_full():
    """ViT-S/16 at 64x64."""
    return vision_transformer.VisionTransformer(64, 16, 12, 6, 384, 1536, num_classes=CLASSES)
