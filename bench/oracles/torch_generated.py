"""Weights of PyTorch modules from the generator of src/core/random.ts, so that a test can make them without reading them."""

import numpy as np
import torch
from generator import uniform

SEED = 23

# Factors of the weights that are tried, so that what goes through many layers neither vanishes nor grows without bound.
GAINS = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.25, 1.3, 1.4, 1.5, 1.6, 1.7]
MOST = 100


def range_of(name, dims, gain):
    """Where the numbers of a weight lie: scales and variances around 1, biases and means around 0, matrices by their fan-in."""
    if name.endswith("running_var") or (len(dims) == 1 and name.endswith("weight")) or "layer_scale" in name:
        return 0.5, 1.5
    if len(dims) < 2:
        return -0.1, 0.1
    bound = gain * float(np.sqrt(3 / np.prod(dims[1:])))
    return -bound, bound


def floats(model):
    """What is filled: all but whole numbers and tables that follow from sizes."""
    state = model.state_dict().items()
    return {name: value for name, value in state if value.is_floating_point() and not name.endswith("relative_coords_table")}


def fill(model, gain):
    for name, value in floats(model).items():
        value.copy_(torch.from_numpy(uniform(SEED, name, list(value.shape), *range_of(name, list(value.shape), gain))))


def spread(a, b):
    """How much an output depends on the input."""
    return float((a - b).std() / (a.std() + 1e-12))


def settle(model, run, inputs, others):
    """Fills the model with the smallest gain with which its output depends on its input, and returns the gain."""
    for gain in GAINS:
        fill(model, gain)
        a, b = run(model, inputs), run(model, others)
        if spread(a, b) > 0.02 and float(a.abs().max()) < MOST:
            return gain
    raise ValueError("the output does not depend on the input, or grows without bound")


def sample(values, most=64):
    flat = values.detach().numpy().ravel()
    step = max(1, flat.size // most)
    return {
        "dims": list(values.shape),
        "step": step,
        "values": [float(value) for value in flat[::step][:most]],
        "mean": float(np.mean(np.abs(flat))),
        "max": float(np.max(np.abs(flat))),
    }
