"""What the tables of tensorflow_ops_*.py are written with: a row an operator with some attributes, and its inputs."""

import numpy as np
import tensorflow as tf
from generator import integers, uniform

SEED = 37
ROWS = []
raw = tf.raw_ops


def row(op, name, build, *inputs, reference=None, renamed=None, tolerance=None):
    """
    `build` makes tensors from placeholders of `inputs`; where TensorFlow cannot run them on a CPU, `reference` makes what they should be.
    `renamed`: what operators of TensorFlow.js, which are unknown to TensorFlow, were built as. `tolerance`: (relative difference, why it is larger than elsewhere).
    """
    ROWS.append({"op": op, "name": f"{op}/{name}", "build": build, "reference": reference, "renamed": renamed or {}, "inputs": inputs, "tolerance": tolerance})


# What is fed: numbers of the generator, or given ones.


def real(*shape, low=-1.0, high=1.0, dtype="float32"):
    return {"type": dtype, "shape": list(shape), "low": low, "high": high}


def whole(*shape, low=0, high=10, dtype="int32"):
    return {"type": dtype, "shape": list(shape), "low": low, "high": high}


def given(values, dtype="int32"):
    array = np.array(values, dtype)
    return {"type": dtype, "shape": list(array.shape), "values": [number(value) for value in array.ravel()]}


def flags(*values):
    return given(values, "bool")


def number(value):
    """JSON has no words for what is not finite."""
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    return float(f"{value:.8g}") if np.isfinite(value) else str(float(value))


def value_of(spec, stream):
    if "values" in spec:
        return np.array([float(value) for value in spec["values"]]).astype(spec["type"]).reshape(spec["shape"])
    if spec["type"].startswith("float"):
        return uniform(SEED, stream, spec["shape"], spec["low"], spec["high"]).astype(spec["type"])
    return integers(SEED, stream, spec["shape"], spec["low"], spec["high"]).astype(spec["type"])


def weight(*shape, low=-1.0, high=1.0, dtype="float32"):
    """A constant of the model."""
    return uniform(SEED, f"weight:{shape}", shape, low, high).astype(dtype)
