"""Models as ONNX Runtime's own tools optimise and quantise them, with what ONNX Runtime computes: python onnx_fused.py ../../test/onnx/golden

Every model is small, of random weights, and comes with the float model it was made from.
"""

import collections
import gzip
import io
import json
import logging
import pathlib
import sys
import tempfile
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
import transformers
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers import float16, optimizer
from onnxruntime.transformers.fusion_options import FusionOptions

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

SIZES = dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
NO_DROPOUT = dict(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
BATCH, LENGTH = 4, 6
NAMES = ["first", "mask", "kinds"]


class Logits(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, first, mask=None):
        result = self.model(first)[0] if mask is None else self.model(input_ids=first, attention_mask=mask)[0]
        return result.mean(1) if result.dim() == 3 else result


class Convolutions(torch.nn.Module):
    """What quantisers of images meet: ReLU, ReLU6, a residual, pooling, depthwise convolution, softmax."""

    def __init__(self):
        super().__init__()
        self.stem = torch.nn.Conv2d(3, 8, 3, padding=1)
        self.depthwise = torch.nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.pointwise = torch.nn.Conv2d(8, 16, 1, stride=2)
        self.classifier = torch.nn.Linear(16, 5)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        x = x + torch.nn.functional.relu6(self.depthwise(x) * 4)
        x = torch.nn.functional.max_pool2d(x, 2)
        x = torch.sigmoid(self.pointwise(x))
        return self.classifier(x.mean((2, 3)))


class Layer(torch.nn.Module):
    """A layer of BERT as published exports have it."""

    def __init__(self, size=16, heads=2, inner=32):
        super().__init__()
        self.heads, self.size = heads, size // heads
        self.query, self.key, self.value, self.output = (torch.nn.Linear(size, size) for _ in range(4))
        self.first, self.second = torch.nn.LayerNorm(size, 1e-12), torch.nn.LayerNorm(size, 1e-12)
        self.wide, self.narrow = torch.nn.Linear(size, inner), torch.nn.Linear(inner, size)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, self.size).permute(0, 2, 1, 3)

    def forward(self, x, bias):
        query, key, value = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scores = torch.matmul(query, key.transpose(-1, -2)) / self.size**0.5 + bias
        mixed = torch.matmul(torch.softmax(scores, -1), value).permute(0, 2, 1, 3).contiguous()
        x = self.first(self.output(mixed.view(mixed.shape[0], mixed.shape[1], self.heads * self.size)) + x)
        return self.second(self.narrow(torch.nn.functional.gelu(self.wide(x))) + x)


class Bert(torch.nn.Module):
    def __init__(self, size=16):
        super().__init__()
        self.words, self.positions, self.kinds = torch.nn.Embedding(40, size), torch.nn.Embedding(16, size), torch.nn.Embedding(2, size)
        self.norm = torch.nn.LayerNorm(size, 1e-12)
        self.layers = torch.nn.ModuleList([Layer(), Layer()])
        self.classifier = torch.nn.Linear(size, 3)
        self.register_buffer("places", torch.arange(16)[None])

    def forward(self, first, mask, kinds):
        bias = (1.0 - mask[:, None, None, :].float()) * -10000.0
        x = self.words(first) + self.kinds(kinds)
        x = self.norm(x + self.positions(self.places[:, : first.shape[1]]))
        for layer in self.layers:
            x = layer(x, bias)
        return self.classifier(x[:, 0])


def bert():
    ids, mask = text()
    return Bert(), (ids, mask, torch.randint(0, 2, ids.shape)), "bert"


class Decoder(torch.nn.Module):
    """A causal language model with RMS normalisation before each part."""

    def __init__(self, size=16, inner=32):
        super().__init__()
        self.words = torch.nn.Embedding(40, size)
        self.first, self.second, self.third, self.last = (torch.nn.Parameter(torch.ones(size)) for _ in range(4))
        self.query, self.key, self.value, self.output = (torch.nn.Linear(size, size, bias=False) for _ in range(4))
        self.wide, self.narrow = torch.nn.Linear(size, inner), torch.nn.Linear(inner, size)
        self.wider, self.narrower = torch.nn.Linear(size, inner), torch.nn.Linear(inner, size)
        self.classifier = torch.nn.Linear(size, 3)
        self.register_buffer("causal", torch.full((16, 16), -10000.0).triu(1)[None, None])

    def norm(self, x, scale):
        return scale * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], 2, 8).transpose(1, 2)

    def forward(self, first):
        x = self.words(first)
        y = self.norm(x, self.first)
        scores = torch.matmul(self.split(self.query(y)), self.split(self.key(y)).transpose(-1, -2)) / 8**0.5
        weights = torch.softmax(scores + self.causal[:, :, : first.shape[1], : first.shape[1]], -1)
        x = x + self.output(torch.matmul(weights, self.split(self.value(y))).transpose(1, 2).reshape(first.shape[0], first.shape[1], 16))
        y = self.wide(self.norm(x, self.second))
        x = x + self.narrow(y * torch.sigmoid(1.702 * y))
        x = x + self.narrower(torch.nn.functional.gelu(self.wider(self.norm(x, self.third)), approximate="tanh"))
        return self.classifier(self.norm(x, self.last)[:, -1])


def decoder():
    return Decoder(), text()[:1], "t5"


def vit():
    config = transformers.ViTConfig(**SIZES, **NO_DROPOUT, image_size=16, patch_size=8, num_labels=5, attn_implementation="eager")
    return Logits(transformers.ViTForImageClassification(config)), images(), "vit"


def convolutions():
    return Convolutions(), images(), None


def text():
    ids = torch.randint(0, 40, (BATCH, LENGTH))
    lengths = torch.tensor([6, 4, 5, 2])
    return ids, (torch.arange(LENGTH)[None] < lengths[:, None]).long()


def images():
    return (torch.randn(BATCH, 3, 16, 16),)


def exported(model, inputs):
    names = NAMES[: len(inputs)]
    axes = {name: {0: "batch", **({1: "length"} if inputs[0].dim() == 2 else {})} for name in names}
    buffer = io.BytesIO()
    torch.onnx.export(
        model, inputs, buffer, input_names=names, output_names=["logits"], opset_version=17, dynamo=False, dynamic_axes={**axes, "logits": {0: "batch"}},
    )
    return onnx.load_from_string(buffer.getvalue())


class Calibration(CalibrationDataReader):
    def __init__(self, feeds):
        self.feeds = iter([feeds])

    def get_next(self):
        return next(self.feeds, None)


def optimised(path, kind, only_onnxruntime=False):
    options = FusionOptions(kind)
    fused = optimizer.optimize_model(
        str(path), model_type=kind, num_heads=2, hidden_size=16, optimization_options=options, opt_level=0, only_onnxruntime=only_onnxruntime,
    )
    return fused


def by_session(path, level):
    """What ONNX Runtime saves when it optimises for a CPU."""
    out = path.with_suffix(".session.onnx")
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    options.optimized_model_filepath = str(out)
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return onnx.load(str(out))


def variants(path, kind, feeds):
    extended = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    yield "session", by_session(path, extended)
    out = path.with_suffix(".out.onnx")
    if kind:
        fused = optimised(path, kind)
        yield "fused", fused.model
        fused.save_model_to_file(str(out))
        half = float16.convert_float_to_float16(onnx.load(str(out)), keep_io_types=False)
        yield "fused-float16", half
        quantize_dynamic(str(out), str(path.with_suffix(".dynamic.onnx")), extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})
        yield "fused-dynamic", onnx.load(str(path.with_suffix(".dynamic.onnx")))
        bits = MatMulNBitsQuantizer(onnx.load(str(path)), block_size=16, is_symmetric=False)
        bits.process()
        yield "bits", bits.model.model
    yield "float16", float16.convert_float_to_float16(onnx.load(str(path)), keep_io_types=True)
    quantize_dynamic(str(path), str(out))
    yield "dynamic", onnx.load(str(out))
    yield "dynamic-session", by_session(out, extended)
    if kind:
        return
    for name, form, activations, channels in (
        ("qdq", QuantFormat.QDQ, QuantType.QInt8, True),
        ("qdq-uint8", QuantFormat.QDQ, QuantType.QUInt8, False),
        ("qoperator", QuantFormat.QOperator, QuantType.QUInt8, True),
    ):
        quantize_static(str(path), str(out), Calibration(feeds), quant_format=form, activation_type=activations, weight_type=QuantType.QInt8, per_channel=channels)
        yield name, onnx.load(str(out))


def run(model, feeds):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    given = {
        info.name: feeds[info.name].astype(np.float16) if info.type == "tensor(float16)" else feeds[info.name].astype(np.int32)
        if info.type == "tensor(int32)" else feeds[info.name]
        for info in session.get_inputs()
    }
    return session.run(None, given)[0].astype(np.float64)


def flat(array):
    return {"dims": list(array.shape), "values": [float(value) for value in array.reshape(-1)]}


def write(folder, name, model):
    data = gzip.compress(model.SerializeToString(), 9, mtime=0)
    assert len(data) < 100_000, f"{name}: {len(data)} bytes"
    (folder / f"{name}.onnx.gz").write_bytes(data)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    cases = {}
    for make in (convolutions, bert, decoder, vit):
        torch.manual_seed(7)
        np.random.seed(7)
        module, inputs, kind = make()
        for parameter in module.parameters():
            parameter.data.copy_(torch.randn_like(parameter) * (0.3 if parameter.dim() > 1 else 0.1) + (1 if parameter.dim() == 1 and parameter.mean() > 0.9 else 0))
        model = exported(module.eval(), inputs)
        feeds = dict(zip(NAMES, (value.numpy() for value in inputs)))
        name = make.__name__
        with tempfile.TemporaryDirectory() as temporary:
            path = pathlib.Path(temporary) / "model.onnx"
            onnx.save(model, str(path))
            write(folder, name, model)
            reference = run(model, feeds)
            case = {"inputs": {key: flat(value) for key, value in feeds.items()}, "output": flat(reference), "variants": {}}
            for variant, changed in variants(path, kind, feeds):
                operators = collections.Counter(node.op_type if node.domain == "" else f"{node.domain}::{node.op_type}" for node in changed.graph.node)
                output = run(changed, feeds)
                print(name, variant, float(np.abs(output - reference).max()), dict(sorted(operators.items())))
                write(folder, f"{name}-{variant}", changed)
                case["variants"][variant] = {"output": flat(output)}
            cases[name] = case
    versions = {"onnxruntime": onnxruntime.__version__, "torch": torch.__version__, "transformers": transformers.__version__, "onnx": onnx.__version__}
    (folder / "golden.json").write_text(json.dumps({"versions": versions, "cases": cases}) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
