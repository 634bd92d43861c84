"""The table of cases: what is exported, how, and how it is trained."""

from dataclasses import dataclass, field
from math import sqrt
from typing import Callable

import models_tensor
import models_text

SGD = {"name": "sgd", "lr": 1e-4, "momentum": 0.9, "weightDecay": 0}


@dataclass
class Case:
    name: str
    build: Callable
    inputs: tuple  # of Input
    classes: int = 10
    samples: int = 16
    opset: int = 13
    gain: float = sqrt(2)
    training: dict = field(default_factory=dict)  # what differs from the default spec
    task: str = "tensor-classification"
    targets: int = 0  # regression: outputs
    seed: int = 0
    folded: bool = False  # the default export: BatchNorm folded into convolutions, constants folded
    dynamic: bool = False  # symbolic batch
    dynamo: bool = False  # PyTorch 2's exporter
    train_mode: bool = False  # export the model in training mode
    full: bool = False
    producer: str = "classic"  # classic: PyTorch 1.13 with torchvision; modern: PyTorch 2
    bounds: dict = field(default_factory=dict)
    freeze: str = ""  # pattern of names that look like parameters in the graph and are not

    def spec(self):
        training = {
            "steps": 8, "batchSize": 4, "shuffle": False, "schedule": "constant", "batchNorm": "eval", "optimizer": SGD, **self.training,
        }
        spec = {"task": self.task, "head": "keep", "recipe": "full", "training": training, "seed": 0}
        return {**spec, "freeze": self.freeze} if self.freeze else spec


@dataclass
class Input:
    name: str
    shape: tuple  # of one sample
    kind: str = "float"  # float: uniform [low, high) | int: integers [low, high) | mask: ones up to a length in [low, high), zeros after
    low: float = -1.0
    high: float = 1.0


IMAGE = (Input("input", (3, 64, 64)),)
TOKENS = Input("input_ids", (16,), "int", 0, 100)
WORDS = (Input("input_ids", (12,), "int", 0, 50),)
MASK = Input("attention_mask", (16,), "mask", 4, 17)


def optimizer(name, lr=1e-4, **options):
    return {"optimizer": {"name": name, "lr": lr, **options}}


def tensor_cases():
    features = (Input("input", (20,)),)
    regression = dict(task="tensor-regression", targets=3, training={"loss": {"name": "mse"}})
    yield Case("mlp", models_tensor.mlp, features, 4, training=optimizer("adamw", 1e-3, weightDecay=0.01))
    yield Case("mlp-sgd", models_tensor.mlp, features, 4)
    yield Case("mlp-opset9", models_tensor.mlp, features, 4, opset=9)
    yield Case("mlp-regression", lambda: models_tensor.mlp(outputs=3), features, **regression)
    yield Case("activations", models_tensor.Activations, (Input("input", (12,)),), 4, gain=0.4)
    yield Case("activations-opset17", models_tensor.Activations, (Input("input", (12,)),), 4, gain=0.4, opset=17)
    yield Case("signal", models_tensor.SignalNet, (Input("input", (2, 64)),), 4)
    yield Case("volume", models_tensor.VolumeNet, (Input("input", (1, 8, 16, 16)),), 4)
    yield Case("unet-like", models_tensor.UNetLike, (Input("input", (3, 32, 32)),), 4)
    yield Case("pixel-mixer", models_tensor.PixelMixer, (Input("input", (3, 16, 16)),), 4)


def text_cases():
    text = dict(gain=1.0, classes=3)
    bert = (TOKENS, MASK)
    yield Case("bert-like", models_text.BertLike, bert, **text)
    yield Case("bert-like-adamw", models_text.BertLike, bert, **text, training=optimizer("adamw", weightDecay=0.01))
    yield Case("bert-like-folded", models_text.BertLike, bert, **text, folded=True, dynamic=True)
    yield Case("bert-like-opset17", models_text.BertLike, bert, **text, opset=17)
    yield Case("albert-like", lambda: models_text.BertLike(layers=3, shared=True), bert, **text)
    yield Case("gpt-like", models_text.GptLike, (TOKENS,), **text, opset=14)
    yield Case("llama-like", models_text.LlamaLike, (TOKENS,), **text, opset=14)
    for kind in ("LSTM", "GRU", "RNN"):
        yield Case(kind.lower(), lambda kind=kind: models_text.Recurrent(kind), WORDS, **text)
    yield Case("lstm-bidirectional", lambda: models_text.Recurrent("LSTM", num_layers=2, bidirectional=True), WORDS, **text)
    yield Case("gru-bidirectional", lambda: models_text.Recurrent("GRU", bidirectional=True), WORDS, **text)
    yield Case("text-cnn", models_text.TextCnn, WORDS, **text)
    sizes = dict(vocabulary=1000, width=384, layers=6, heads=6, hidden=1536, length=64)
    long = (Input("input_ids", (64,), "int", 0, 1000), Input("attention_mask", (64,), "mask", 16, 65))
    yield Case("bert-like-full", lambda: models_text.BertLike(**sizes), long, **text, full=True)


def vision_cases():
    import models_vision as vision

    tiny = {
        "resnet-tiny": vision.resnet_tiny, "bottleneck-tiny": vision.bottleneck_tiny, "mobilenetv2-tiny": vision.mobilenetv2_tiny,
        "mobilenetv3-tiny": vision.mobilenetv3_tiny, "densenet-tiny": vision.densenet_tiny, "efficientnet-tiny": vision.efficientnet_tiny,
        "efficientnetv2-tiny": vision.efficientnetv2_tiny, "googlenet-tiny": vision.googlenet_tiny, "convnext-tiny": vision.convnext_tiny,
        "regnet-tiny": vision.regnet_tiny, "shufflenet-tiny": vision.shufflenet_tiny, "squeezenet-tiny": vision.squeezenet_tiny,
        "vgg-tiny": vision.vgg_tiny, "alexnet-tiny": vision.alexnet_tiny, "mnasnet-tiny": vision.mnasnet_tiny,
    }
    # Networks that sum or concatenate branches keep their scale with a gain of one.
    linear = {
        "bottleneck-tiny", "mobilenetv2-tiny", "mnasnet-tiny", "resnet-tiny", "densenet-tiny", "convnext-tiny", "googlenet-tiny", "regnet-tiny",
        "efficientnetv2-tiny", "shufflenet-tiny",
    }
    for name, build in tiny.items():
        yield Case(name, build, IMAGE, gain=1.0 if name in linear else sqrt(2))
    yield Case("vit-tiny", vision.vit_tiny, IMAGE, gain=1.0, opset=14)
    yield Case("swin-tiny", vision.swin_tiny, IMAGE, gain=1.0)
    yield Case("resnet18", lambda: vision.full("resnet18"), IMAGE, gain=1.0, full=True)


def all_cases(modern):
    cases = [*tensor_cases(), *text_cases()]
    if not modern:
        cases += vision_cases()
    return [case for case in cases if (case.producer == "modern") == modern]
