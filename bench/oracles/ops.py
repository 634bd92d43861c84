"""Gradients of single ONNX operators in double precision, from PyTorch; `write.py --ops` writes them to one file."""

from dataclasses import dataclass, field
from typing import Callable

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from generator import uniform

FULL_BELOW = 100  # elements; larger tensors are sampled
SAMPLES = 24
SEED = 7
UNUSED = "unused"  # an output that the node must have and nothing reads


@dataclass
class Uniform:
    """A float input made by the generator; gradients are taken unless `differentiable` is off."""

    name: str
    dims: tuple
    low: float = -1.0
    high: float = 1.0
    differentiable: bool = True


@dataclass
class Fixed:
    """An input with given values: indices, shapes, axes, scales."""

    name: str
    values: object
    type: str = "int64"

    def array(self):
        return np.asarray(self.values, dtype=self.type)


@dataclass
class OpCase:
    name: str
    op: str
    inputs: list  # Uniform | Fixed | None (an optional input left out)
    function: Callable  # tensors, one an input that is there -> output or tuple of outputs (None: left out; UNUSED)
    attrs: dict = field(default_factory=dict)
    opset: int = 17
    tolerance: float = 2e-5  # of the forward pass in single precision


def stream(case, tensor_name):
    return f"{case.name}:{tensor_name}"


def values_of(case):
    arrays = []
    for entry in case.inputs:
        if isinstance(entry, Uniform):
            arrays.append(uniform(SEED, stream(case, entry.name), entry.dims, entry.low, entry.high))
        elif isinstance(entry, Fixed):
            arrays.append(entry.array())
    return arrays


def run_onnx(case, arrays, outputs):
    """The operator in ONNX Runtime, single precision: proves that attributes and PyTorch code mean the same."""
    names = [entry.name if entry else "" for entry in case.inputs]
    present = [name for name in names if name]
    node = helper.make_node(case.op, names, [f"y{i}" if wanted else "" for i, wanted in enumerate(outputs)], **case.attrs)
    uniforms = {entry.name for entry in case.inputs if isinstance(entry, Uniform)}
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, array.shape) for name, array in zip(present, arrays) if name in uniforms]
    constants = [numpy_helper.from_array(array, name) for name, array in zip(present, arrays) if name not in uniforms]
    results = [helper.make_value_info(f"y{i}", onnx.TypeProto()) for i, wanted in enumerate(outputs) if wanted]
    graph = helper.make_graph([node], "op", inputs, results, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", case.opset)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {name: array for name, array in zip(present, arrays) if name in uniforms})


def digits(value):
    return float(f"{value:.8g}")


def stored(case, name, array):
    """All values of a small tensor; of a large one evenly spaced values, its norm and its product with a random tensor."""
    flat = np.asarray(array, dtype=np.float64).reshape(-1)
    if flat.size < FULL_BELOW:
        return {"values": [digits(value) for value in flat]}
    indices = np.linspace(0, flat.size - 1, SAMPLES).astype(int)
    probe = uniform(SEED, stream(case, f"probe:{name}"), flat.shape, -1, 1).astype(np.float64)
    return {
        "indices": indices.tolist(),
        "values": [digits(flat[index]) for index in indices],
        "norm": digits(np.linalg.norm(flat)),
        "projection": digits(flat @ probe),
    }


def evaluate(case):
    arrays = values_of(case)
    entries = [entry for entry in case.inputs if entry]
    tensors = []
    for entry, array in zip(entries, arrays):
        tensor = torch.from_numpy(array)
        if isinstance(entry, Uniform):
            tensor = tensor.double().requires_grad_(entry.differentiable)
        tensors.append(tensor)
    results = case.function(*tensors)
    results = list(results) if isinstance(results, tuple) else [results]
    actual = run_onnx(case, arrays, [result is not None for result in results])
    wanted = [result for result in results if result is not None]
    for left, right in zip(actual, wanted):
        if right is UNUSED:
            continue
        expected = right.detach().numpy()
        if left.shape != expected.shape or not np.abs(left - expected).max() <= case.tolerance * max(1, np.abs(expected).max()):
            raise ValueError(f"ONNX Runtime {left.shape} and PyTorch {expected.shape} differ by {np.abs(left - expected).max() if left.shape == expected.shape else 'shape'}")
    outputs, loss = [], 0
    for index, result in enumerate(results):
        if result is None or result is UNUSED:
            outputs.append(result)
            continue
        name = f"upstream{index}"
        upstream = uniform(SEED, stream(case, name), tuple(result.shape), -1, 1)
        loss = loss + (result * torch.from_numpy(upstream).double()).sum()
        outputs.append({"dims": list(result.shape), "upstream": stream(case, name), **stored(case, f"output{index}", result.detach().numpy())})
    leaves = [(entry, tensor) for entry, tensor in zip(entries, tensors) if isinstance(entry, Uniform) and entry.differentiable]
    found = torch.autograd.grad(loss, [tensor for _, tensor in leaves], allow_unused=True)
    gradients = {}
    for (entry, tensor), gradient in zip(leaves, found):
        gradient = torch.zeros_like(tensor) if gradient is None else gradient
        gradients[entry.name] = stored(case, f"gradient:{entry.name}", gradient.numpy())
    return {
        "name": case.name, "op": case.op, "opset": case.opset, "attrs": case.attrs, "inputs": [described(case, entry) for entry in case.inputs],
        "outputs": outputs, "gradients": gradients,
    }


def described(case, entry):
    if entry is None:
        return None
    if isinstance(entry, Fixed):
        array = entry.array()
        return {"name": entry.name, "dims": list(array.shape), "type": entry.type, "values": array.reshape(-1).tolist()}
    return {"name": entry.name, "dims": list(entry.dims), "type": "float32", "stream": stream(case, entry.name), "low": entry.low, "high": entry.high}


def all_ops():
    import ops_conv
    import ops_math
    import ops_recurrent
    import ops_resize

    for module in (ops_conv, ops_math, ops_resize, ops_recurrent):
        yield from module.cases()


def ops_golden(pattern=""):
    """The document, and the names of cases on which ONNX Runtime and PyTorch disagree."""
    import re

    entries, failed = [], []
    for case in all_ops():
        if not re.search(pattern, case.name):
            continue
        try:
            entries.append(evaluate(case))
        except Exception as error:
            failed.append(case.name)
            print(f"{case.name}: {type(error).__name__}: {str(error)[:200]}")
    names = [entry["name"] for entry in entries]
    assert len(set(names)) == len(names), "names of cases must differ: they are streams"
    versions = {"torch": torch.__version__, "onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}
    return {"format": 1, "seed": SEED, "versions": versions, "cases": entries}, failed
