"""The table of cases: what is exported, how, and how it is trained."""

import re
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
    dynamo: str = ""  # PyTorch 2's exporter: plain, or optimized (folds constants, and with them some parameters)
    train_mode: bool = False  # export the model in training mode
    full: bool = False
    bounds: dict = field(default_factory=dict)
    identical: bool = False  # every BatchNorm alike, as initialised: the export merges equal tensors through Identity
    groups: list = field(default_factory=list)  # [{match, lr, weightDecay}]: the first match counts
    freeze: str = ""  # pattern of names that look like parameters in the graph and are not

    def spec(self, constants=()):
        """The run's specification; `constants` are float tensors of the graph that are no parameters, though they look so."""
        training = {
            "steps": 8, "batchSize": 4, "shuffle": False, "schedule": "constant", "batchNorm": "eval", "optimizer": SGD, **self.training,
        }
        spec = {"task": self.task, "head": "keep", "recipe": "full", "training": training, "seed": self.seed}
        extra = {"freeze": "|".join(filter(None, [self.freeze, *exact(constants)])), "groups": self.groups}
        return {**spec, **{key: value for key, value in extra.items() if value}}


@dataclass
class Input:
    name: str
    shape: tuple  # of one sample
    kind: str = "float"  # float: uniform [low, high) | int: integers [low, high) | mask: ones up to a length in [low, high), zeros after
    low: float = -1.0
    high: float = 1.0


def exact(names):
    return [f"^({'|'.join(re.escape(name) for name in names)})$"] if names else []


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
    groups = [{"match": r"^0\.", "lr": 1e-2, "weightDecay": 0}, {"match": r"bias$", "weightDecay": 0}]
    yield Case("mlp-groups", models_tensor.mlp, features, 4, groups=groups, training=optimizer("adamw", 1e-3, weightDecay=0.1))
    yield Case("mlp-bce", models_tensor.mlp, features, targets=4, task="tensor-multilabel", training={"loss": {"name": "bce"}})
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
    yield Case("maxvit-tiny", vision.maxvit_tiny, IMAGE, gain=1.0)
    yield Case("inception-tiny", vision.inception_tiny, IMAGE, gain=1.0)
    video = (Input("input", (3, 4, 32, 32)),)
    yield Case("video-tiny", vision.video_tiny, video, gain=1.0)
    yield from resnet_variants(vision)
    yield Case("mobilenetv2-tiny-folded", vision.mobilenetv2_tiny, IMAGE, gain=1.0, folded=True, dynamic=True)
    yield Case("mobilenetv2-tiny-identity", vision.mobilenetv2_tiny, IMAGE, gain=1.0, identical=True)
    yield Case("mobilenetv2-tiny-batchnorm-train", vision.mobilenetv2_tiny, IMAGE, gain=1.0, training={"batchNorm": "train"})
    yield Case("efficientnet-tiny-adamw", vision.efficientnet_tiny, IMAGE, training=optimizer("adamw", weightDecay=0.05))
    yield Case("vit-tiny-adamw", vision.vit_tiny, IMAGE, gain=1.0, opset=17, dynamic=True, training=optimizer("adamw", weightDecay=0.05))
    yield from full_size_cases(vision)


def resnet_variants(vision):
    def variant(name, **options):
        return Case(f"resnet-tiny-{name}", vision.resnet_tiny, IMAGE, **{"gain": 1.0, **options})

    def trained(name, **training):
        return variant(name, training=training)

    for opset in (7, 9, 11, 15, 17):
        yield variant(f"opset{opset}", opset=opset)
    yield variant("dynamic", dynamic=True)
    yield variant("folded", folded=True)
    yield variant("folded-opset9", folded=True, opset=9)
    yield variant("identity", identical=True)
    yield variant("frozen", freeze=r"^[0-5]\.")
    yield variant("batchnorm-train", training={"batchNorm": "train"})
    yield variant("exported-in-training", opset=15, train_mode=True)
    yield variant("exported-in-training-batchnorm-train", opset=15, train_mode=True, training={"batchNorm": "train"})
    yield variant("tail", samples=14)
    yield variant("tail-batchnorm-train", samples=14, training={"batchNorm": "train"})
    yield trained("adam", **optimizer("adam"))
    yield trained("adam-decay", **optimizer("adam", weightDecay=0.01))
    yield trained("adamw", **optimizer("adamw", weightDecay=0.01))
    yield trained("decay", **optimizer("sgd", 1e-3, momentum=0.9, weightDecay=0.05))
    yield trained("nesterov", **optimizer("sgd", 1e-3, momentum=0.9, nesterov=True, weightDecay=0.05))
    yield trained("plain-sgd", **optimizer("sgd", 1e-3))
    yield trained("accumulate", accumulate=2)
    yield variant("accumulate-tail", samples=14, training={"accumulate": 2})
    yield trained("clip-norm", clip={"norm": 0.5}, **optimizer("sgd", 1e-3, momentum=0.9))
    yield trained("clip-value", clip={"value": 0.02}, **optimizer("sgd", 1e-3, momentum=0.9))
    yield trained("label-smoothing", loss={"name": "cross-entropy", "labelSmoothing": 0.1})
    weights = [0.2, 1, 3, 0.5, 1.5, 2, 0.7, 1, 1.2, 0.1]
    yield trained("class-weights", loss={"name": "cross-entropy", "classWeights": weights})
    yield trained("class-weights-smoothing", loss={"name": "cross-entropy", "classWeights": weights, "labelSmoothing": 0.2})
    yield variant("class-weights-accumulate-tail", samples=14, training={"accumulate": 2, "loss": {"name": "cross-entropy", "classWeights": weights}})


def full_size_cases(vision):
    def case(name, build=None, **options):
        return Case(name, build or (lambda: vision.full(name)), IMAGE, **{"gain": 1.0, "full": True, **options})

    yield case("resnet18")
    yield case("resnet18-folded", lambda: vision.full("resnet18"), folded=True, seed=2)
    yield case("resnet18-identity", lambda: vision.full("resnet18"), identical=True)
    yield case("mobilenet_v2")
    yield case("resnet18-batchnorm-train", lambda: vision.full("resnet18"), training={"batchNorm": "train"})
    yield case("mobilenet_v3_small", gain=sqrt(2))
    yield case("mobilenet_v3_large", gain=1.2)
    yield case("densenet121", seed=2)
    yield case("efficientnet_b0")
    yield case("googlenet", vision.googlenet_full)
    yield case("vit_s_16", vision.vit_full, opset=14)
    yield case("convnext_tiny")
    yield case("regnet_y_400mf")
    yield case("shufflenet_v2_x1_0")
    yield case("squeezenet1_1", gain=sqrt(2))
    yield case("mnasnet0_5")
    yield case("resnet50")
    yield Case("inception_v3", vision.inception_full, (Input("input", (3, 96, 96)),), gain=1.0, full=True)


def modern_cases():
    import models_modern as modern

    # Not here: Llama, T5 and Mamba, whose code computes norms in single precision whatever the weights are, so there is no fp64 reference.
    # Nor the ids 0 and 1, which transformers pads with: PyTorch leaves their embedding as it is, and an ONNX file does not say so.
    text, bert = dict(gain=1.0, classes=3), (Input("input_ids", (16,), "int", 2, 100), MASK)
    yield Case("hf-bert", modern.bert, bert, **text, opset=17)
    yield Case("hf-bert-folded", modern.bert, bert, **text, opset=14, folded=True, dynamic=True)
    yield Case("hf-bert-dynamo", modern.bert, bert, **text, opset=18, dynamo="plain", dynamic=True)
    yield Case("hf-bert-dynamo-opset20", modern.bert, bert, **text, opset=20, dynamo="plain")
    yield Case("hf-bert-dynamo-opset22", modern.bert, bert, **text, opset=22, dynamo="plain")
    yield Case("hf-distilbert", modern.distilbert, bert, **text, opset=17)
    yield Case("hf-gpt2", modern.gpt2, bert, **text, opset=17)
    yield Case("hf-gpt2-dynamo", modern.gpt2, bert, **text, opset=18, dynamo="plain")
    yield Case("hf-vit", modern.vit, IMAGE, gain=1.0, opset=17)
    yield Case("hf-vit-dynamo", modern.vit, IMAGE, gain=1.0, opset=20, dynamo="plain")
    yield Case("hf-mobilevit", modern.mobilevit, IMAGE, gain=1.0, opset=17)
    yield Case("hf-segformer", modern.segformer, IMAGE, gain=1.0, opset=17)
    yield Case("hf-segformer-dynamo", modern.segformer, IMAGE, gain=1.0, opset=18, dynamo="optimized")
    yield Case("hf-resnet", modern.resnet, IMAGE, gain=1.0, opset=17)
    for name in ("albert", "mobilebert", "deberta", "mpnet", "opt"):
        yield Case(f"hf-{name}", getattr(modern, name), bert, **text, opset=17)
    for name in ("convnextv2", "dinov2", "poolformer"):
        yield Case(f"hf-{name}", getattr(modern, name), IMAGE, gain=1.0, opset=17)
    yield Case("hf-wav2vec2", modern.wav2vec2, (Input("input", (800,)),), **text, opset=17)
    yield Case("unet-like-dynamo", models_tensor.UNetLike, (Input("input", (3, 32, 32)),), 4, opset=18, dynamo="plain")
    yield Case("pixel-mixer-dynamo", models_tensor.PixelMixer, (Input("input", (3, 16, 16)),), 4, opset=20, dynamo="plain")
    yield Case("activations-dynamo", models_tensor.Activations, (Input("input", (12,)),), 4, gain=0.4, opset=20, dynamo="plain")
    yield Case("signal-dynamo", models_tensor.SignalNet, (Input("input", (2, 64)),), 4, opset=18, dynamo="optimized", folded=True)
    yield Case("gpt-like-dynamo", models_text.GptLike, (TOKENS,), **text, opset=18, dynamo="optimized")
    yield Case("llama-like-dynamo", models_text.LlamaLike, (TOKENS,), **text, opset=20, dynamo="optimized")
    yield Case("lstm-dynamo", models_text.Recurrent, WORDS, **text, opset=18, dynamo="plain")
    yield Case("resnet-like-opset22", models_tensor.ResidualNet, (Input("input", (3, 32, 32)),), 4, gain=1.0, opset=22, dynamo="optimized", folded=True)


def all_cases(modern):
    """The cases of one interpreter: PyTorch 2 with transformers, or PyTorch 1.13 with torchvision."""
    if modern:
        return list(modern_cases())
    return [*tensor_cases(), *text_cases(), *vision_cases()]
