"""Element-wise functions, normalisations, losses, reductions and indexing."""

import math

import torch
from torch.nn import functional as F

from ops import UNUSED, Fixed, OpCase, Uniform


def elementwise(op, function, low=-3.0, high=3.0, opset=17, name="", **attrs):
    suffix = f"-{name}" if name else ""
    return OpCase(f"{op.lower()}{suffix}", op, [Uniform("x", (3, 4, 5), low, high)], function, attrs, opset)


def elementwise_cases():
    sigmoid = torch.sigmoid
    yield elementwise("Elu", F.elu)
    yield elementwise("Elu", lambda x: F.elu(x, 0.6), name="alpha", alpha=0.6)
    yield elementwise("Selu", F.selu)
    yield elementwise("Selu", lambda x: 1.2 * torch.where(x > 0, x, 0.9 * (x.exp() - 1)), name="attrs", alpha=0.9, gamma=1.2)
    yield elementwise("Celu", F.celu, opset=12)
    yield elementwise("Celu", lambda x: F.celu(x, 1.7), opset=12, name="alpha", alpha=1.7)
    yield elementwise("ThresholdedRelu", lambda x: torch.where(x > 1, x, 0 * x))
    yield elementwise("ThresholdedRelu", lambda x: torch.where(x > 0.4, x, 0 * x), name="alpha", alpha=0.4)
    yield elementwise("LeakyRelu", lambda x: F.leaky_relu(x, 0.01))
    yield elementwise("LeakyRelu", lambda x: F.leaky_relu(x, 0.3), name="alpha", alpha=0.3)
    yield elementwise("Shrink", lambda x: torch.where(x > 0.5, x - 0.2, torch.where(x < -0.5, x + 0.2, 0 * x)), lambd=0.5, bias=0.2)
    yield elementwise("Softplus", lambda x: torch.log1p(x.exp()))
    yield elementwise("Softplus", lambda x: torch.logaddexp(x, torch.zeros_like(x)), -30.0, 30.0, name="wide")
    yield elementwise("Softsign", F.softsign)
    yield elementwise("HardSigmoid", lambda x: (0.2 * x + 0.5).clamp(0, 1), -4.0, 4.0)
    yield elementwise("HardSigmoid", lambda x: (x / 6 + 0.5).clamp(0, 1), -4.0, 4.0, name="torch", alpha=1 / 6, beta=0.5)
    yield elementwise("HardSwish", lambda x: x * (x / 6 + 0.5).clamp(0, 1), -5.0, 5.0)
    yield elementwise("Mish", F.mish, opset=18)
    yield elementwise("Gelu", F.gelu, opset=20)
    yield elementwise("Gelu", lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))), opset=20, name="tanh", approximate="tanh")
    yield elementwise("Erf", torch.erf)
    yield elementwise("Sigmoid", sigmoid)
    yield elementwise("Sigmoid", sigmoid, -40.0, 40.0, name="wide")
    yield elementwise("Tanh", torch.tanh)
    yield elementwise("Relu", F.relu)
    yield elementwise("Exp", torch.exp)
    yield elementwise("Log", torch.log, 0.1, 3.0)
    yield elementwise("Sqrt", torch.sqrt, 0.1, 3.0)
    yield elementwise("Reciprocal", torch.reciprocal, 0.3, 3.0)
    yield elementwise("Abs", torch.abs)
    yield elementwise("Neg", torch.neg)
    for op, function, low, high in [
        ("Sin", torch.sin, -4, 4), ("Cos", torch.cos, -4, 4), ("Tan", torch.tan, -1.2, 1.2), ("Asin", torch.asin, -0.9, 0.9), ("Acos", torch.acos, -0.9, 0.9),
        ("Atan", torch.atan, -4, 4), ("Sinh", torch.sinh, -2, 2), ("Cosh", torch.cosh, -2, 2), ("Asinh", torch.asinh, -3, 3), ("Acosh", torch.acosh, 1.2, 4),
        ("Atanh", torch.atanh, -0.9, 0.9),
    ]:
        yield elementwise(op, function, float(low), float(high))
    for op in ("Floor", "Ceil", "Round", "Sign"):
        yield elementwise(op, getattr(torch, op.lower()))
    slope = [Uniform("x", (2, 3, 4, 2)), Uniform("slope", (3, 1, 1), 0.1, 0.5)]
    yield OpCase("prelu-channel", "PRelu", slope, lambda x, slope: torch.where(x > 0, x, slope * x))
    yield OpCase("prelu-scalar", "PRelu", [Uniform("x", (2, 3, 4)), Uniform("slope", (1,), 0.1, 0.5)], lambda x, slope: torch.where(x > 0, x, slope * x))
    yield OpCase("pow", "Pow", [Uniform("x", (2, 3, 4), 0.3, 2.0), Uniform("y", (3, 1), -2.0, 2.0)], torch.pow)
    yield OpCase("fmod", "Mod", [Uniform("x", (2, 3, 4), -3.0, 3.0), Uniform("y", (4,), 0.7, 1.5)], torch.fmod, {"fmod": 1})
    clip = [Uniform("x", (3, 4, 5), -2.0, 2.0), Fixed("min", -0.7, "float32"), Fixed("max", 0.9, "float32")]
    yield OpCase("clip", "Clip", clip, lambda x, low, high: x.clamp(float(low), float(high)))


def norm_cases():
    def instance(x, scale, bias, eps=1e-5):
        return F.instance_norm(x, weight=scale, bias=bias, eps=eps)

    def weights(count):
        return [Uniform("scale", (count,), 0.5, 1.5), Uniform("bias", (count,))]

    for dims in ((6,), (4, 3), (3, 2, 2)):
        yield OpCase(f"instance_norm-{len(dims)}d", "InstanceNormalization", [Uniform("x", (2, 3, *dims)), *weights(3)], instance, {"epsilon": 1e-5})
    yield OpCase("instance_norm-epsilon", "InstanceNormalization", [Uniform("x", (2, 3, 5)), *weights(3)], lambda *t: instance(*t, eps=0.1), {"epsilon": 0.1})
    for groups in (1, 2, 4):
        attrs = {"num_groups": groups, "epsilon": 1e-5}
        yield OpCase(f"group_norm-{groups}", "GroupNormalization", [Uniform("x", (2, 4, 3, 2)), *weights(4)], lambda x, s, b, g=groups: F.group_norm(x, g, s, b), attrs, 21)
    for axis in (-1, 1, 2):
        dims = (2, 3, 4, 5)[axis:]

        def layer(x, scale, bias=None, dims=dims):
            return F.layer_norm(x, dims, scale, bias, 1e-5)

        tensors = [Uniform("x", (2, 3, 4, 5)), Uniform("scale", dims, 0.5, 1.5), Uniform("bias", dims)]
        yield OpCase(f"layer_norm-axis{axis}", "LayerNormalization", tensors, layer, {"axis": axis, "epsilon": 1e-5})
        yield OpCase(f"layer_norm-axis{axis}-no-bias", "LayerNormalization", tensors[:2], layer, {"axis": axis, "epsilon": 1e-5})
        rms = lambda x, scale, axes=tuple(range(4 - len(dims), 4)): x * torch.rsqrt(x.pow(2).mean(axes, keepdim=True) + 1e-5) * scale
        yield OpCase(f"rms_norm-axis{axis}", "RMSNormalization", tensors[:2], rms, {"axis": axis, "epsilon": 1e-5}, 23)
    statistics = [Uniform("mean", (3,), -0.2, 0.2, False), Uniform("var", (3,), 0.6, 1.4, False)]
    batch = [Uniform("x", (4, 3, 2, 3)), *weights(3), *statistics]
    yield OpCase("batch_norm-eval", "BatchNormalization", batch, lambda x, s, b, m, v: F.batch_norm(x, m, v, s, b, False, 0.1, 1e-3), {"epsilon": 1e-3})
    train = {"epsilon": 1e-3, "training_mode": 1}
    yield OpCase("batch_norm-train", "BatchNormalization", batch, lambda x, s, b, m, v: (F.batch_norm(x, None, None, s, b, True, 0.1, 1e-3), UNUSED, UNUSED), train)
    flat = [Uniform("x", (6, 3)), *weights(3), *statistics]
    yield OpCase("batch_norm-eval-2d", "BatchNormalization", flat, lambda x, s, b, m, v: F.batch_norm(x, m, v, s, b, False, 0.1, 1e-5), {"epsilon": 1e-5})
    yield OpCase("batch_norm-train-2d", "BatchNormalization", flat, lambda x, s, b, m, v: (F.batch_norm(x, None, None, s, b, True, 0.1, 1e-3), UNUSED, UNUSED), train)

    def mean_variance(x, axes=(0, 2, 3)):
        centred = x - x.mean(axes, keepdim=True)
        return centred / (centred.pow(2).mean(axes, keepdim=True).sqrt() + 1e-9)

    yield OpCase("mean_variance_norm", "MeanVarianceNormalization", [Uniform("x", (2, 3, 4, 2))], mean_variance)

    def lrn(x, size, alpha, beta, bias):
        before, after = (size - 1) // 2, size - 1 - (size - 1) // 2
        squares = F.pad(x.pow(2), (0, 0, 0, 0, before, after))
        return x / (bias + alpha / size * sum(squares[:, i : i + x.size(1)] for i in range(size))) ** beta

    for size, alpha, beta, bias in [(5, 1e-4, 0.75, 1.0), (3, 0.5, 0.75, 2.0), (7, 0.9, 0.5, 1.0), (1, 0.3, 1.0, 1.5)]:
        attrs = {"size": size, "alpha": alpha, "beta": beta, "bias": bias}
        yield OpCase(f"lrn-{size}", "LRN", [Uniform("x", (2, 6, 3, 2))], lambda x, a=attrs: lrn(x, **a), attrs)
    for p, axis in ((1, 1), (2, 1), (2, -1)):
        yield OpCase(f"lp_norm-p{p}-axis{axis}", "LpNormalization", [Uniform("x", (2, 3, 4))], lambda x, p=p, d=axis: x / x.norm(p, d, keepdim=True), {"p": p, "axis": axis})
    for axis in (-1, 1, 0):
        x = [Uniform("x", (3, 4, 5), -3.0, 3.0)]
        yield OpCase(f"softmax-axis{axis}", "Softmax", x, lambda x, d=axis: x.softmax(d), {"axis": axis})
        yield OpCase(f"log_softmax-axis{axis}", "LogSoftmax", x, lambda x, d=axis: x.log_softmax(d), {"axis": axis})
    yield OpCase("softmax-opset11", "Softmax", [Uniform("x", (3, 4, 5), -3.0, 3.0)], lambda x: x.flatten(1).softmax(1).view_as(x), {"axis": 1}, 11)


def loss_cases():
    labels = Fixed("labels", [0, 3, 2, 1, 3])
    scores, weight = Uniform("scores", (5, 4), -2.0, 2.0), Uniform("weights", (4,), 0.5, 2.0, False)
    for reduction in ("none", "mean", "sum"):
        attrs = {"reduction": reduction}
        cross = lambda x, t, w=None, r=reduction: F.cross_entropy(x, t, w, reduction=r)
        nll = lambda x, t, w=None, r=reduction: F.nll_loss(x, t, w, reduction=r)
        yield OpCase(f"cross_entropy-{reduction}", "SoftmaxCrossEntropyLoss", [scores, labels], cross, attrs)
        yield OpCase(f"cross_entropy-{reduction}-weights", "SoftmaxCrossEntropyLoss", [scores, labels, weight], cross, attrs)
        yield OpCase(f"nll-{reduction}-weights", "NegativeLogLikelihoodLoss", [scores, labels, weight], nll, attrs)
    ignored = lambda x, t, w: F.cross_entropy(x, t, w, ignore_index=3)
    yield OpCase("cross_entropy-ignore", "SoftmaxCrossEntropyLoss", [scores, labels, weight], ignored, {"ignore_index": 3})
    pixels = [Uniform("scores", (2, 3, 2, 2), -2.0, 2.0), Fixed("labels", [[[0, 1], [2, 2]], [[1, 0], [0, 2]]])]
    yield OpCase("cross_entropy-pixels", "SoftmaxCrossEntropyLoss", pixels, F.cross_entropy, {"reduction": "mean"})


def reduction_cases():
    functions = {
        "ReduceL1": lambda x, d, k: x.abs().sum(d, k), "ReduceL2": lambda x, d, k: x.pow(2).sum(d, k).sqrt(), "ReduceLogSum": lambda x, d, k: x.sum(d, k).log(),
        "ReduceLogSumExp": lambda x, d, k: x.logsumexp(d, k), "ReduceMax": lambda x, d, k: x.amax(d, k), "ReduceMin": lambda x, d, k: x.amin(d, k),
        "ReduceMean": lambda x, d, k: x.mean(d, k), "ReduceSumSquare": lambda x, d, k: x.pow(2).sum(d, k),
    }
    for op, function in functions.items():
        for axes, keep in (([1], 1), ([0, 2], 0), ([-1], 0)):
            x = [Uniform("x", (3, 4, 2), 0.2, 2.0), Fixed("axes", axes)]
            yield OpCase(f"{op}-{'.'.join(map(str, axes))}-k{keep}", op, x, lambda x, axes, f=function, k=keep: f(x, axes.tolist(), bool(k)), {"keepdims": keep}, 18)
    for axis, keep in ((1, 1), (-1, 0)):
        x = [Uniform("x", (3, 4, 2), -2.0, 2.0), Fixed("axes", [axis])]
        yield OpCase(f"ReduceProd-{axis}-k{keep}", "ReduceProd", x, lambda x, axes, k=keep: x.prod(int(axes), bool(k)), {"keepdims": keep}, 18)


def indexing_cases():
    table = Uniform("table", (6, 3))
    yield OpCase("embedding", "Gather", [table, Fixed("ids", [[0, 5, 2], [2, 2, -1]])], lambda t, i: t[i])
    yield OpCase("gather-axis1", "Gather", [Uniform("x", (3, 5, 2)), Fixed("ids", [[4, 0], [0, -2]])], lambda x, i: x[:, i], {"axis": 1})
    yield OpCase("gather-scalar", "Gather", [Uniform("x", (3, 5, 2)), Fixed("ids", -1)], lambda x, i: x[:, -1], {"axis": 1})
    element = Fixed("ids", [[1, 0, 1], [2, 2, 2]])
    yield OpCase("gather_elements", "GatherElements", [Uniform("x", (3, 3)), element], lambda x, i: x.gather(0, i), {"axis": 0})
    yield OpCase("gather_nd", "GatherND", [Uniform("x", (2, 3, 4)), Fixed("ids", [[[1], [0]], [[2], [2]]])], lambda x, i: torch.stack([x[n][i[n, :, 0]] for n in range(2)]), {"batch_dims": 1})
    yield OpCase("gather_nd-points", "GatherND", [Uniform("x", (2, 3, 4)), Fixed("ids", [[1, 2], [0, 0], [1, 2]])], lambda x, i: x[i[:, 0], i[:, 1]])
    scatter = [Uniform("x", (3, 4)), Fixed("ids", [[0, 2], [1, 1]]), Uniform("updates", (2, 2))]
    yield OpCase("scatter_elements-add", "ScatterElements", scatter, lambda x, i, u: x.scatter_add(1, i, u), {"axis": 1, "reduction": "add"}, 18)
    distinct = [Uniform("x", (3, 4)), Fixed("ids", [[0, 2], [3, 1]]), Uniform("updates", (2, 2))]
    yield OpCase("scatter_elements", "ScatterElements", distinct, lambda x, i, u: x.scatter(1, i, u), {"axis": 1}, 18)
    points = [Uniform("x", (4, 3)), Fixed("ids", [[1], [3], [1]]), Uniform("updates", (3, 3))]
    yield OpCase("scatter_nd-add", "ScatterND", points, lambda x, i, u: x.index_add(0, i[:, 0], u), {"reduction": "add"}, 18)
    rows = [Uniform("x", (4, 3)), Fixed("ids", [[1], [3]]), Uniform("updates", (2, 3))]
    yield OpCase("scatter_nd", "ScatterND", rows, lambda x, i, u: x.index_copy(0, i[:, 0], u), {}, 18)
    for exclusive, reverse, axis in ((0, 0, 1), (1, 0, 1), (0, 1, 0), (1, 1, -1)):

        def cumsum(x, axis, e=exclusive, r=reverse):
            d = int(axis)
            x = x.flip(d) if r else x
            y = x.cumsum(d) - (x if e else 0)
            return y.flip(d) if r else y

        yield OpCase(f"cumsum-e{exclusive}-r{reverse}", "CumSum", [Uniform("x", (3, 4, 2)), Fixed("axis", axis)], cumsum, {"exclusive": exclusive, "reverse": reverse})
    for largest, axis in ((1, -1), (0, -1), (1, 0)):
        tensors = [Uniform("x", (4, 5)), Fixed("k", [3])]
        yield OpCase(f"topk-l{largest}-axis{axis}", "TopK", tensors, lambda x, k, l=largest, d=axis: (x.topk(3, d, bool(l))[0], UNUSED), {"largest": largest, "axis": axis})
    for upper in (0, 1):
        yield OpCase(f"trilu-u{upper}", "Trilu", [Uniform("x", (2, 4, 4)), Fixed("k", 1)], lambda x, k, u=upper: x.triu(1) if u else x.tril(1), {"upper": upper})
    for equation, shapes in [
        ("ij,jk->ik", [(3, 4), (4, 2)]), ("bij,bjk->bik", [(2, 3, 4), (2, 4, 2)]), ("bhqd,bhkd->bhqk", [(2, 2, 3, 4), (2, 2, 5, 4)]), ("ij->ji", [(3, 4)]),
        ("ij->i", [(3, 4)]), ("ij,ij->", [(3, 4), (3, 4)]), ("i,j->ij", [(3,), (4,)]), ("bi,ij,bj->b", [(2, 3), (3, 4), (2, 4)]), ("...ij,jk->...ik", [(2, 3, 4), (4, 2)]),
        ("ii->i", [(3, 3)]), ("ijk,kl", [(2, 3, 4), (4, 2)]), ("bchw,co->bohw", [(2, 3, 2, 2), (3, 4)]),
    ]:
        tensors = [Uniform(f"x{i}", shape) for i, shape in enumerate(shapes)]
        yield OpCase(f"einsum-{equation}", "Einsum", tensors, lambda *t, e=equation: torch.einsum(e, *t), {"equation": equation})
    yield OpCase("det", "Det", [Uniform("x", (2, 3, 3))], torch.det)
    for mode, torch_mode in (("reflect", "reflect"), ("edge", "replicate"), ("wrap", "circular")):
        tensors = [Uniform("x", (2, 3, 4, 5)), Fixed("pads", [0, 0, 1, 2, 0, 0, 2, 1])]
        yield OpCase(f"pad-{mode}", "Pad", tensors, lambda x, pads, m=torch_mode: F.pad(x, (2, 1, 1, 2), m), {"mode": mode}, 19)
    yield OpCase("pad-crop", "Pad", [Uniform("x", (2, 4, 5)), Fixed("pads", [0, -1, 1, 0, 2, -2])], lambda x, pads: F.pad(x, (1, -2, -1, 2)), {"mode": "constant"}, 19)
    fold = [Uniform("x", (2, 12, 6)), Fixed("image", [4, 3]), Fixed("block", [2, 2])]
    yield OpCase("col2im", "Col2Im", fold, lambda x, image, block: F.fold(x, (4, 3), (2, 2)), {}, 18)


def cases():
    yield from elementwise_cases()
    yield from norm_cases()
    yield from loss_cases()
    yield from reduction_cases()
    yield from indexing_cases()
