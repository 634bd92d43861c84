"""Resize by its definition (one interpolation matrix an axis), and GridSample."""

from itertools import product
from math import ceil, floor

import numpy as np
import torch
from torch.nn import functional as F

from ops import Fixed, OpCase, Uniform

NEAREST = {
    "floor": floor, "ceil": ceil, "round_prefer_floor": lambda x: ceil(x - 0.5), "round_prefer_ceil": lambda x: floor(x + 0.5),
}


def position(index, scale, size, output, mode):
    """Where output cell `index` lies in the input."""
    if mode == "asymmetric":
        return index / scale
    if mode == "align_corners":
        return index * (size - 1) / (output - 1) if output > 1 else 0.0
    if mode == "pytorch_half_pixel" and output <= 1:
        return 0.0
    return (index + 0.5) / scale - 0.5


def cubic(t, a):
    t = abs(t)
    if t <= 1:
        return (a + 2) * t**3 - (a + 3) * t**2 + 1
    return a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a if t < 2 else 0.0


def matrix(size, output, scale, mode, coordinates, nearest, coefficient, exclude):
    """[output, size]: row i holds the weights of output cell i."""
    result = np.zeros((output, size))
    for i in range(output):
        x = position(i, scale, size, output, coordinates)
        if mode == "nearest":
            result[i, min(max(NEAREST[nearest](x), 0), size - 1)] = 1
            continue
        low = floor(x)
        taps = [(low, low + 1 - x), (low + 1, x - low)] if mode == "linear" else [(low + k, cubic(x - low - k, coefficient)) for k in (-1, 0, 1, 2)]
        if exclude:
            taps = [(j, w) for j, w in taps if 0 <= j < size]
            total = sum(w for _, w in taps)
            taps = [(j, w / total) for j, w in taps]
        for j, w in taps:
            result[i, min(max(j, 0), size - 1)] += w
    return torch.from_numpy(result)


def resize(name, dims, sizes, mode, coordinates, nearest="floor", coefficient=-0.75, exclude=0, scales=None):
    attrs = {"mode": mode, "coordinate_transformation_mode": coordinates}
    attrs |= {"nearest_mode": nearest} if mode == "nearest" else {}
    attrs |= {"cubic_coeff_a": coefficient, "exclude_outside": exclude} if mode == "cubic" else {}
    if scales:
        sizes = [floor(size * scale) for size, scale in zip(dims, scales)]
    factors = scales or [output / size for output, size in zip(sizes, dims)]

    def function(x, *_):
        for axis, (size, output, factor) in enumerate(zip(dims, sizes, factors)):
            weights = matrix(size, output, factor, mode, coordinates, nearest, coefficient, exclude)
            x = torch.movedim(torch.tensordot(weights, x, ([1], [axis + 2])), 0, axis + 2)
        return x

    x = Uniform("x", (2, 2, *dims))
    inputs = [x, None, Fixed("scales", [1, 1, *scales], "float32")] if scales else [x, None, None, Fixed("sizes", [2, 2, *sizes])]
    return OpCase(f"resize-{name}", "Resize", inputs, function, attrs, 18)


def resize_cases():
    modes = ("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel")
    for (tag, sizes), coordinates in product((("up", (6, 8)), ("odd", (7, 5)), ("down", (2, 3)), ("mixed", (1, 9))), modes):
        yield resize(f"linear-{tag}-{coordinates}", (3, 4), sizes, "linear", coordinates)
        yield resize(f"cubic-{tag}-{coordinates}", (3, 4), sizes, "cubic", coordinates)
    for nearest, coordinates in product(NEAREST, ("half_pixel", "asymmetric", "align_corners")):
        yield resize(f"nearest-up-{coordinates}-{nearest}", (3, 4), (7, 6), "nearest", coordinates, nearest)
        yield resize(f"nearest-down-{coordinates}-{nearest}", (5, 8), (2, 3), "nearest", coordinates, nearest)
    yield resize("nearest-scales", (3, 4), None, "nearest", "asymmetric", scales=[2.0, 3.0])
    yield resize("linear-scales", (3, 4), None, "linear", "half_pixel", scales=[2.0, 1.5])
    yield resize("linear-scales-fraction", (5, 4), None, "linear", "half_pixel", scales=[1.3, 0.6])
    yield resize("cubic-exclude", (5, 4), (8, 6), "cubic", "half_pixel", coefficient=-0.5, exclude=1)
    yield resize("cubic-coefficient", (5, 4), (8, 6), "cubic", "half_pixel", coefficient=-0.5)
    yield resize("linear-1d", (5,), (8,), "linear", "half_pixel")
    yield resize("linear-3d", (2, 3, 2), (4, 5, 3), "linear", "half_pixel")
    yield resize("nearest-3d", (2, 3, 2), (4, 6, 4), "nearest", "asymmetric")
    for mode in ("linear", "cubic"):
        torch_mode = {"linear": "bilinear", "cubic": "bicubic"}[mode]
        inputs = [Uniform("x", (1, 2, 9, 8)), None, None, Fixed("sizes", [1, 2, 4, 3])]
        attrs = {"mode": mode, "coordinate_transformation_mode": "half_pixel", "antialias": 1, "exclude_outside": 1}
        attrs |= {"cubic_coeff_a": -0.5} if mode == "cubic" else {}
        yield OpCase(f"resize-antialias-{mode}", "Resize", inputs, lambda x, _, m=torch_mode: F.interpolate(x, (4, 3), mode=m, antialias=True), attrs, 18)


def grid_cases():
    names = {"linear": "bilinear", "nearest": "nearest", "cubic": "bicubic"}
    for mode, padding, align in product(names, ("zeros", "border", "reflection"), (0, 1)):
        tensors = [Uniform("x", (2, 2, 4, 5)), Uniform("grid", (2, 3, 4, 2), -1.3, 1.3)]
        attrs = {"mode": mode, "padding_mode": padding, "align_corners": align}
        function = lambda x, grid, m=names[mode], p=padding, a=align: F.grid_sample(x, grid, m, p, bool(a))
        yield OpCase(f"grid_sample-{mode}-{padding}-a{align}", "GridSample", tensors, function, attrs, 20)
    for mode in ("linear", "nearest"):
        tensors = [Uniform("x", (1, 2, 3, 4, 3)), Uniform("grid", (1, 2, 3, 2, 3), -1.3, 1.3)]
        attrs = {"mode": mode, "padding_mode": "zeros", "align_corners": 0}
        function = lambda x, grid, m=names[mode]: F.grid_sample(x, grid, m, "zeros", False)
        yield OpCase(f"grid_sample-3d-{mode}", "GridSample", tensors, function, attrs, 20)
    for align in (0, 1):
        function = lambda theta, size, a=align: F.affine_grid(theta, [2, 3, 4, 5], bool(a))
        yield OpCase(f"affine_grid-a{align}", "AffineGrid", [Uniform("theta", (2, 2, 3)), Fixed("size", [2, 3, 4, 5])], function, {"align_corners": align}, 20)


def cases():
    yield from resize_cases()
    yield from grid_cases()
