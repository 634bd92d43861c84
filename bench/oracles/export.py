"""A PyTorch model as an ONNX graph whose tensors are tied to the model's by name, filled by the generator, and stripped."""

import copy
import io
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper

from bounds import model_bounds
from generator import uniform

KEPT_ELEMENTS = 16  # smaller tensors keep their data in the committed graph
LARGE, VERY_LARGE = 16_000, 60_000  # bytes
FLOAT = onnx.TensorProto.FLOAT


@dataclass
class Binding:
    """An ONNX tensor and the PyTorch tensor it came from."""

    name: str  # the parameter's name in ONNX: an initialiser, or the output of an Identity over one
    initializer: str
    torch_name: str
    transposed: bool
    role: str  # parameter | statistic
    low: float
    high: float


def tensors_of(model):
    return {**dict(model.named_parameters()), **dict(model.named_buffers())}


def fill_by_torch_name(model, limits, seed):
    with torch.no_grad():
        for name, tensor in tensors_of(model).items():
            if name in limits:
                tensor.copy_(torch.from_numpy(uniform(seed, name, tuple(tensor.shape), *limits[name])))


def to_onnx(model, inputs, names, opset, folded, dynamic, dynamo):
    buffer = io.BytesIO()
    axes = {name: {0: "batch"} for name in [*names, "logits"]} if dynamic else None
    if dynamo:
        shapes = tuple({0: torch.export.Dim("batch")} for _ in names) if dynamic else None
        program = torch.onnx.export(
            model, inputs, input_names=names, output_names=["logits"], opset_version=opset, dynamo=True, verbose=False, dynamic_shapes=shapes,
            optimize=dynamo == "optimized",
        )
        return program.model_proto
    keywords = {"dynamo": False} if int(torch.__version__.split(".")[0]) >= 2 else {}
    training = torch.onnx.TrainingMode.EVAL if folded else torch.onnx.TrainingMode.PRESERVE
    torch.onnx.export(
        model, inputs, buffer, training=training, do_constant_folding=folded, opset_version=opset,
        input_names=names, output_names=["logits"], dynamic_axes=axes, **keywords,
    )
    return onnx.load_from_string(buffer.getvalue())


def role_of(reference, torch_name):
    return "parameter" if torch_name in dict(reference.named_parameters()) else "statistic"


def match(array, candidates):
    """The candidate (name, transposed) whose values are those of `array`."""
    for name, value in candidates.items():
        for transposed in (False, True):
            other = value.T if transposed and value.ndim == 2 else value
            if other.shape == array.shape and np.allclose(other, array, rtol=1e-4, atol=1e-6):
                return name, transposed
    return None


def used_parameters(model, inputs):
    """Names of the parameters that the output depends on."""
    named = dict(model.named_parameters())
    gradients = torch.autograd.grad(model(*inputs).sum(), list(named.values()), allow_unused=True)
    return [name for name, gradient in zip(named, gradients) if gradient is not None]


def bind(graph, reference, limits, needed):
    """Ties float initialisers, and Identities over them, to the tensors of the reference model; and lists those of no tensor."""
    tensors = {name: tensor.detach().numpy() for name, tensor in tensors_of(reference).items() if name in limits}
    bindings, constants, taken = [], [], set()

    def add(name, initializer, torch_name, transposed):
        bindings.append(Binding(name, initializer, torch_name, transposed, role_of(reference, torch_name), *limits[torch_name]))
        taken.add(torch_name)

    floats = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer if entry.data_type == FLOAT}
    for name, array in floats.items():
        if name in tensors and tensors[name].shape == array.shape:
            add(name, name, name, False)
    for name, array in floats.items():
        if name in tensors:
            continue
        found = match(array, {key: value for key, value in tensors.items() if key not in taken})
        if found:
            add(name, name, *found)
        else:
            constants.append(name)
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in floats and node.output[0] in tensors:
            add(node.output[0], node.input[0], node.output[0], False)
    missing = [name for name in needed if name not in taken]
    if missing:
        raise ValueError(f"parameters without an initialiser: {missing}")
    order = {entry.name: position for position, entry in enumerate(graph.initializer)}
    return sorted(bindings, key=lambda entry: (order[entry.initializer], entry.name != entry.initializer)), constants


def fill(graph, reference, bindings, seed):
    """Gives graph and model the generator's values: stream = initialiser name, dims as in ONNX."""
    tensors = tensors_of(reference)
    initializers = {entry.name: entry for entry in graph.initializer}
    with torch.no_grad():
        for binding in bindings:
            target = initializers[binding.initializer]
            value = uniform(seed, binding.initializer, tuple(target.dims), binding.low, binding.high)
            target.CopyFrom(numpy_helper.from_array(value, target.name))
            tensors[binding.torch_name].copy_(torch.from_numpy(np.ascontiguousarray(value.T if binding.transposed else value)))


def assert_same(model_proto, reference, feeds):
    """The filled graph computes what the filled model computes, in fp32."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model_proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    wanted = {entry.name for entry in session.get_inputs()}
    actual = session.run(None, {name: value for name, value in feeds.items() if name in wanted})[0]
    with torch.no_grad():
        expected = copy.deepcopy(reference)(*[torch.from_numpy(value) for value in feeds.values()]).numpy()
    error = float(np.abs(actual - expected).max() / np.abs(expected).max())
    if not error < 2e-4:
        raise ValueError(f"ONNX Runtime and PyTorch disagree: {error}")
    return error


def strip(model_proto, bindings):
    """Removes the data of the filled tensors; dims, type and name stay."""
    filled = {binding.initializer for binding in bindings}
    for entry in model_proto.graph.initializer:
        if entry.name in filled and int(np.prod(entry.dims, dtype=np.int64)) > KEPT_ELEMENTS:
            entry.ClearField("raw_data")
            entry.ClearField("float_data")


def clear_notes(model_proto):
    """Removes what a producer writes about its own source files."""
    graph = model_proto.graph
    for entry in [*graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer]:
        entry.ClearField("doc_string")
        del entry.metadata_props[:]
    del graph.metadata_props[:]
    del model_proto.metadata_props[:]


def shorten(model_proto):
    """A large graph loses the names of its nodes, and a very large one those of the values between them: half its bytes."""
    graph, size = model_proto.graph, model_proto.ByteSize()
    if size > LARGE:
        for node in graph.node:
            node.ClearField("name")
    if size <= VERY_LARGE or any(attribute.HasField("g") for node in graph.node for attribute in node.attribute):
        return
    kept = {entry.name for entry in [*graph.input, *graph.output, *graph.initializer]}
    kept |= {node.output[0] for node in graph.node if node.op_type == "Identity" and node.input[0] in kept}  # a parameter of its own
    names = {}
    for node in graph.node:
        for index, name in enumerate(node.output):
            if name and name not in kept:
                names[name] = f"v{len(names)}"
                node.output[index] = names[name]
        node.input[:] = [names.get(name, name) for name in node.input]
    for value in graph.value_info:
        value.name = names.get(value.name, value.name)


def export(case, model, reference, sample):
    """The case's graph, the model it equals (`reference`: the model, or makes it with BatchNorm folded in), and what ties them."""
    limits = {**model_bounds(model, case.gain, case.identical), **case.bounds}
    fill_by_torch_name(model, limits, case.seed)
    if reference is model:
        reference_limits = limits
    else:
        reference = reference(model)
        reference_limits = {**model_bounds(reference, case.gain), **case.bounds}
    names = list(sample)
    tensors = tuple(torch.from_numpy(value) for value in sample.values())
    proto = to_onnx(model, tensors, names, case.opset, case.folded, case.dynamic, case.dynamo)
    bindings, constants = bind(proto.graph, reference, reference_limits, used_parameters(reference, tensors))
    fill(proto.graph, reference, bindings, case.seed)
    return proto, reference, bindings, constants
