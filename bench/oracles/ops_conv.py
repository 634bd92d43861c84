"""Convolutions and pools."""

from itertools import product
from math import ceil, floor

import torch
from torch.nn import functional as F

from ops import OpCase, Uniform

CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
CONV_TRANSPOSE = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
MAX_POOL = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}


def pad(x, pads, value=0.0):
    """ONNX pads (all begins, then all ends) on the spatial axes."""
    rank = len(pads) // 2
    flat = []
    for axis in reversed(range(rank)):
        flat += [pads[axis], pads[axis + rank]]
    return F.pad(x, flat, value=value)


def label(**values):
    parts = []
    for key, value in values.items():
        parts.append(f"{key}{'.'.join(map(str, value)) if isinstance(value, (tuple, list)) else value}")
    return "-".join(parts)


def same_pads(dims, kernel, strides, dilations, upper):
    begins, ends = [], []
    for size, k, s, d in zip(dims, kernel, strides, dilations):
        total = max((ceil(size / s) - 1) * s + d * (k - 1) + 1 - size, 0)
        small, large = total // 2, total - total // 2
        begins.append(small if upper else large)
        ends.append(large if upper else small)
    return [*begins, *ends]


def conv(name, dims, channels, kernel, strides=None, pads=None, dilations=None, group=1, bias=True, auto_pad=None, batch=2, inputs=None):
    rank = len(kernel)
    strides, dilations, pads = strides or [1] * rank, dilations or [1] * rank, pads or [0] * 2 * rank
    inputs = inputs or 2 * group
    attrs = {"kernel_shape": list(kernel), "strides": list(strides), "dilations": list(dilations), "group": group}
    if auto_pad:
        attrs["auto_pad"] = auto_pad
        if auto_pad != "VALID":
            pads = same_pads(dims, kernel, strides, dilations, auto_pad == "SAME_UPPER")
    else:
        attrs["pads"] = list(pads)

    def function(x, w, b=None):
        return CONV[rank](pad(x, pads), w, b, strides, 0, dilations, group)

    tensors = [Uniform("x", (batch, inputs, *dims)), Uniform("w", (channels, inputs // group, *kernel))]
    if bias:
        tensors.append(Uniform("b", (channels,)))
    return OpCase(f"conv-{name}", "Conv", tensors, function, attrs)


def conv_cases():
    for kernel, stride, padding, dilation in product((1, 2, 3), (1, 2, 3), (0, 1), (1, 2)):
        yield conv(
            label(k=kernel, s=stride, p=padding, d=dilation), (7, 8), 3, [kernel] * 2, [stride] * 2, [padding] * 4, [dilation] * 2, bias=kernel == 3, batch=2,
        )
    for kernel, stride, group in product((1, 3), (1, 2), (2, 4)):
        yield conv(label(grouped=group, k=kernel, s=stride), (6, 5), 4, [kernel] * 2, [stride] * 2, [kernel // 2] * 4, group=group)
    for kernel, stride, dilation, multiplier in product((3, 5), (1, 2), (1, 2), (1, 2)):
        yield conv(
            label(depthwise=multiplier, k=kernel, s=stride, d=dilation), (9, 8), 3 * multiplier, [kernel] * 2, [stride] * 2, [2] * 4, [dilation] * 2, group=3, inputs=3,
        )
    yield conv("asymmetric-pads", (6, 7), 3, [3, 3], pads=[0, 1, 2, 0])
    yield conv("asymmetric-pads-stride", (6, 7), 3, [3, 2], [2, 3], [1, 0, 0, 2])
    yield conv("asymmetric-pads-depthwise", (6, 7), 3, [3, 3], [2, 2], [0, 0, 1, 1], group=3, inputs=3)
    yield conv("mixed", (9, 11), 4, [3, 5], [1, 2], [1, 2, 1, 2], [2, 1], group=2)
    yield conv("wide-pads", (4, 5), 2, [3, 3], [2, 2], [3, 3, 3, 3])
    yield conv("kernel-is-image", (5, 4), 3, [5, 4])
    yield conv("unread-border", (8, 8), 2, [2, 2], [3, 3])
    yield conv("stride-beyond-kernel", (8, 9), 2, [1, 1], [3, 2])
    yield conv("stem", (14, 14), 4, [7, 7], [2, 2], [3, 3, 3, 3], inputs=3)
    yield conv("batch1", (5, 5), 2, [3, 3], pads=[1] * 4, batch=1)
    yield conv("one-channel", (5, 5), 1, [3, 3], pads=[1] * 4, inputs=1)
    for auto in ("SAME_UPPER", "SAME_LOWER", "VALID"):
        for stride, kernel in product((1, 2), (2, 3)):
            yield conv(label(auto=auto, k=kernel, s=stride), (7, 6), 3, [kernel] * 2, [stride] * 2, auto_pad=auto)
    for kernel, stride, padding, dilation, group in [(3, 1, 1, 1, 1), (3, 2, 1, 1, 1), (5, 2, 2, 2, 1), (1, 2, 0, 1, 1), (3, 1, 2, 2, 2), (4, 4, 0, 1, 1), (3, 1, 0, 1, 4)]:
        yield conv(label(one_d="", k=kernel, s=stride, p=padding, d=dilation, g=group), (13,), 4, [kernel], [stride], [padding] * 2, [dilation], group=group)
    for kernel, stride, padding, dilation, group in [(3, 1, 1, 1, 1), (2, 2, 0, 1, 1), (3, 2, 1, 1, 2), (1, 1, 0, 1, 1), (1, 2, 0, 1, 1), (3, 1, 2, 2, 1), (3, 1, 1, 1, 4)]:
        yield conv(label(three_d="", k=kernel, s=stride, p=padding, d=dilation, g=group), (5, 4, 6), 4, [kernel] * 3, [stride] * 3, [padding] * 6, [dilation] * 3, group=group)
    yield conv("three_d-mixed", (5, 6, 4), 2, [1, 3, 3], [1, 2, 1], [0, 1, 1, 0, 1, 1])


def conv_transpose(name, dims, channels, kernel, strides=None, pads=None, dilations=None, group=1, output_padding=None, bias=True, extra=None):
    rank = len(kernel)
    strides, dilations, pads = strides or [1] * rank, dilations or [1] * rank, pads or [0] * 2 * rank
    more = output_padding or [0] * rank
    attrs = {"kernel_shape": list(kernel), "strides": list(strides), "dilations": list(dilations), "group": group, "pads": list(pads)}
    if output_padding:
        attrs["output_padding"] = list(output_padding)
    if extra:
        del attrs["pads"]
        attrs |= extra

    def function(x, w, b=None):
        full = CONV_TRANSPOSE[rank](x, w, None, strides, 0, 0, group, dilations)
        full = F.pad(full, [size for extra in reversed(more) for size in (0, extra)])
        for axis in range(rank):
            size = full.size(axis + 2)
            full = full.narrow(axis + 2, pads[axis], size - pads[axis] - pads[axis + rank])
        return full if b is None else full + b.view(1, -1, *[1] * rank)

    tensors = [Uniform("x", (2, 2 * group, *dims)), Uniform("w", (2 * group, channels // group, *kernel))]
    if bias:
        tensors.append(Uniform("b", (channels,)))
    return OpCase(f"conv_transpose-{name}", "ConvTranspose", tensors, function, attrs)


def conv_transpose_cases():
    for kernel, stride, padding, dilation in product((1, 2, 3), (1, 2, 3), (0, 1), (1, 2)):
        if dilation * (kernel - 1) + 1 > 2 * padding and not (kernel == 1 and dilation == 2):
            yield conv_transpose(label(k=kernel, s=stride, p=padding, d=dilation), (4, 3), 3, [kernel] * 2, [stride] * 2, [padding] * 4, [dilation] * 2, bias=kernel == 3)
    for group in (2, 4):
        yield conv_transpose(label(grouped=group), (4, 3), 4, [3, 3], [2, 2], [1] * 4, group=group)
    yield conv_transpose("output-padding", (4, 3), 3, [3, 3], [2, 2], [1] * 4, output_padding=[1, 1])
    yield conv_transpose("output-padding-mixed", (4, 3), 3, [3, 2], [3, 2], [1, 0, 1, 0], output_padding=[2, 1])
    yield conv_transpose("asymmetric-pads", (4, 3), 3, [3, 4], [2, 2], [0, 1, 1, 2])
    yield conv_transpose("one_d", (5,), 3, [4], [2], [1, 1])
    yield conv_transpose("one_d-grouped", (5,), 4, [3], [2], [0, 1], group=2, output_padding=[1])
    yield conv_transpose("three_d", (3, 2, 3), 2, [2, 2, 2], [2, 2, 2])
    yield conv_transpose("output-shape", (4, 3), 3, [3, 3], [2, 2], [1, 1, 0, 0], extra={"output_shape": [8, 6]})
    yield conv_transpose("same-upper", (4, 3), 3, [3, 3], [2, 2], [0, 0, 1, 1], extra={"auto_pad": "SAME_UPPER"})
    yield conv_transpose("same-lower", (4, 3), 3, [3, 3], [2, 2], [1, 1, 0, 0], extra={"auto_pad": "SAME_LOWER"})


def windows(x, kernel, strides, pads, dilations, ceil_mode, value):
    """Padded input for `ceil_mode` as well: a window must begin inside the input or its left pad."""
    rank, ends = len(kernel), []
    for axis in range(rank):
        size, effective = x.size(axis + 2), dilations[axis] * (kernel[axis] - 1) + 1
        span = size + pads[axis] + pads[axis + rank] - effective
        count = (ceil if ceil_mode else floor)(span / strides[axis]) + 1
        if ceil_mode and (count - 1) * strides[axis] >= size + pads[axis]:
            count -= 1
        ends.append(max((count - 1) * strides[axis] + effective - size - pads[axis], pads[axis + rank]))
    return pad(x, [*pads[:rank], *ends], value)


def pool_attrs(kernel, strides, pads, ceil_mode, **more):
    return {"kernel_shape": list(kernel), "strides": list(strides), "pads": list(pads), "ceil_mode": ceil_mode, **more}


def max_pool(name, dims, kernel, strides, pads, dilations=None, ceil_mode=0):
    rank = len(kernel)
    dilations = dilations or [1] * rank

    def function(x):
        return MAX_POOL[rank](windows(x, kernel, strides, pads, dilations, ceil_mode, -1e9), kernel, strides, 0, dilations)

    attrs = pool_attrs(kernel, strides, pads, ceil_mode, dilations=list(dilations))
    return OpCase(f"max_pool-{name}", "MaxPool", [Uniform("x", (2, 3, *dims))], function, attrs)


def average_pool(name, dims, kernel, strides, pads, ceil_mode=0, include=0, dilations=None):
    rank = len(kernel)
    spread = dilations or [1] * rank

    def total(x):  # sums by a convolution with ones
        channels = x.size(1)
        ones = torch.ones(channels, 1, *kernel, dtype=x.dtype)
        return CONV[rank](windows(x, kernel, strides, pads, spread, ceil_mode, 0.0), ones, None, strides, 0, spread, channels)

    def function(x):
        counted = torch.ones_like(x.detach())
        if not include:
            return total(x) / total(counted)
        inner = pad(counted, pads, 1.0)  # cells beyond the declared pads never count
        ones = torch.ones(x.size(1), 1, *kernel, dtype=x.dtype)
        full = windows(counted, kernel, strides, pads, spread, ceil_mode, 0.0)
        grown = F.pad(inner, [size for axis in reversed(range(rank)) for size in (0, full.size(axis + 2) - inner.size(axis + 2))])
        return total(x) / CONV[rank](grown, ones, None, strides, 0, spread, x.size(1))

    attrs = pool_attrs(kernel, strides, pads, ceil_mode, count_include_pad=include)
    if dilations:
        attrs["dilations"] = list(dilations)
    return OpCase(f"average_pool-{name}", "AveragePool", [Uniform("x", (2, 3, *dims))], function, attrs, opset=19 if dilations else 17)


def lp_pool(name, dims, kernel, strides, pads, p):
    rank = len(kernel)

    def function(x):
        ones = torch.ones(x.size(1), 1, *kernel, dtype=x.dtype)
        return CONV[rank](pad(x, pads).abs() ** p, ones, None, strides, 0, 1, x.size(1)) ** (1 / p)

    attrs = {"kernel_shape": list(kernel), "strides": list(strides), "pads": list(pads), "p": p}
    return OpCase(f"lp_pool-{name}", "LpPool", [Uniform("x", (2, 3, *dims), 0.1, 1.0)], function, attrs)


def pool_cases():
    for kernel, stride, padding, ceil_mode in product((2, 3), (1, 2, 3), (0, 1), (0, 1)):
        name = label(k=kernel, s=stride, p=padding, c=ceil_mode)
        yield max_pool(name, (7, 8), [kernel] * 2, [stride] * 2, [padding] * 4, ceil_mode=ceil_mode)
        for include in (0, 1):
            yield average_pool(f"{name}-i{include}", (7, 8), [kernel] * 2, [stride] * 2, [padding] * 4, ceil_mode, include)
    yield max_pool("dilated", (9, 8), [3, 2], [1, 2], [1, 0, 1, 0], [2, 3])
    yield max_pool("dilated-ceil", (9, 8), [3, 2], [2, 2], [1, 0, 1, 0], [2, 3], 1)
    yield max_pool("asymmetric-pads", (6, 7), [3, 3], [2, 2], [0, 1, 1, 0])
    yield max_pool("one_d", (11,), [3], [2], [1, 1])
    yield max_pool("three_d", (5, 4, 6), [2, 2, 3], [2, 1, 2], [0, 0, 1, 0, 0, 1])
    yield average_pool("asymmetric-pads", (6, 7), [3, 3], [2, 2], [0, 1, 1, 0])
    yield average_pool("asymmetric-pads-include", (6, 7), [3, 3], [2, 2], [0, 1, 1, 0], include=1)
    yield average_pool("one_d", (11,), [3], [2], [1, 1])
    yield average_pool("three_d", (5, 4, 6), [2, 2, 3], [2, 1, 2], [0, 0, 1, 0, 0, 1], include=1)
    yield average_pool("dilated", (9, 8), [3, 2], [1, 2], [1, 0, 1, 0], dilations=[2, 3])
    for p in (1, 2, 3):
        yield lp_pool(f"p{p}", (6, 7), [3, 2], [2, 1], [1, 0, 1, 0], p)
    for rank, dims in ((1, (5,)), (2, (4, 5)), (3, (3, 4, 2))):
        axes = tuple(range(2, 2 + rank))
        x = [Uniform("x", (2, 3, *dims))]
        yield OpCase(f"global_average_pool-{rank}d", "GlobalAveragePool", x, lambda x, axes=axes: x.mean(axes, keepdim=True))
        yield OpCase(f"global_max_pool-{rank}d", "GlobalMaxPool", x, lambda x, axes=axes: x.amax(axes, keepdim=True))
        positive = [Uniform("x", (2, 3, *dims), 0.1, 1.0)]
        yield OpCase(f"global_lp_pool-{rank}d", "GlobalLpPool", positive, lambda x, axes=axes: (x**2).sum(axes, keepdim=True).sqrt(), {"p": 2})


def cases():
    yield from conv_cases()
    yield from conv_transpose_cases()
    yield from pool_cases()
