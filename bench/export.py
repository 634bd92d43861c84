"""Writes a network of the benchmark as ONNX, and its weights for PyTorch: export.py JOB, a JSON object."""

import json
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent / "oracles"))
from bounds import model_bounds  # noqa: E402
from generator import uniform  # noqa: E402
from networks import build  # noqa: E402
from networks.data import inputs  # noqa: E402


def fill(model, seed):
    """Weights of a well-scaled network, so that no activation dies out."""
    limits = model_bounds(model, 1.0)
    with torch.no_grad():
        for name, tensor in {**dict(model.named_parameters()), **dict(model.named_buffers())}.items():
            if name in limits:
                tensor.copy_(torch.from_numpy(uniform(seed, name, tuple(tensor.shape), *limits[name])))


def export(model, job, path):
    names = list(job["inputs"])
    keywords = {"dynamo": False} if int(torch.__version__.split(".")[0]) >= 2 else {}
    torch.onnx.export(
        model, tuple(inputs(job)), str(path), training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, opset_version=17,
        input_names=names, output_names=["output"], dynamic_axes={name: {0: "batch"} for name in [*names, "output"]}, **keywords,
    )


def main():
    job = json.loads(sys.argv[1])
    model = build(job["network"], job["tiny"])
    fill(model, job["seed"])
    torch.save(model.state_dict(), job["weights"])
    export(model, job, job["model"])


main()
