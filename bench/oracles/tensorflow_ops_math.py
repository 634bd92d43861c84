"""Operators of numbers: arithmetic, comparison, activations, reductions, products of matrices, types."""

import numpy as np
import tensorflow as tf
from tensorflow_case import flags, given, raw, real, row, weight, whole

# One argument: where it is defined, and outside where the result is still a number.
for op, (low, high) in {
    "Abs": (-3, 3), "Acos": (-1, 1), "Acosh": (1, 9), "Asin": (-1, 1), "Asinh": (-9, 9), "Atan": (-9, 9), "Atanh": (-0.9, 0.9), "Ceil": (-5, 5),
    "Cos": (-7, 7), "Cosh": (-3, 3), "Erf": (-3, 3), "Erfc": (-2, 2), "Exp": (-5, 5), "Expm1": (-3, 3), "Floor": (-5, 5), "Inv": (0.2, 4),
    "Log": (0.01, 9), "Log1p": (-0.9, 9), "Neg": (-3, 3), "Reciprocal": (0.2, 4), "Rsqrt": (0.1, 9), "Sigmoid": (-9, 9), "Sign": (-3, 3),
    "Sin": (-7, 7), "Sinh": (-3, 3), "Sqrt": (0, 9), "Square": (-3, 3), "Tan": (-1.4, 1.4), "Tanh": (-4, 4),
}.items():  # fmt: skip
    row(op, "plain", lambda x, op=op: getattr(raw, op)(x=x), real(3, 5, low=low, high=high))
for op, (low, high) in {"Elu": (-4, 4), "Relu": (-4, 4), "Relu6": (-4, 9), "Selu": (-4, 4), "Softplus": (-30, 30), "Softsign": (-4, 4)}.items():
    row(op, "plain", lambda x, op=op: getattr(raw, op)(features=x), real(3, 5, low=low, high=high))
row("LeakyRelu", "default", lambda x: raw.LeakyRelu(features=x), real(3, 5, low=-4, high=4))
row("LeakyRelu", "alpha", lambda x: raw.LeakyRelu(features=x, alpha=0.35), real(3, 5, low=-4, high=4))
HALVES = [-2.5, -1.5, -0.5, -0.4, 0, 0.4, 0.5, 0.6, 1.5, 2.5, 3.5]
for op in ("Rint", "Round"):
    row(op, "ties", lambda x, op=op: getattr(raw, op)(x=x), given(HALVES, "float32"))
ODD = [float("nan"), float("inf"), float("-inf"), 0, -1.5]
for op in ("IsNan", "IsInf", "IsFinite"):
    row(op, "odd", lambda x, op=op: getattr(raw, op)(x=x), given(ODD, "float32"))
for op in ("Sign", "Relu", "Abs", "Neg", "Square"):
    row(op, "whole", lambda x, op=op: getattr(raw, op)(**{"features" if op == "Relu" else "x": x}), whole(2, 3, low=-5, high=5))
row("Sigmoid", "wide", lambda x: raw.Sigmoid(x=x), given([-100, -20, 0, 20, 100], "float32"))
row("Softplus", "wide", lambda x: raw.Softplus(features=x), given([-100, -20, 0, 20, 100], "float32"))
row("Log1p", "small", lambda x: raw.Log1p(x=x), given([1e-6, 1e-3, -1e-3], "float32"))
row("Expm1", "small", lambda x: raw.Expm1(x=x), given([1e-6, 1e-3, -1e-3], "float32"))

SHAPES = {"equal": ((2, 3), (2, 3)), "broadcast": ((2, 1, 3), (4, 1)), "scalar": ((2, 3), ())}
for op in ("Add", "AddV2", "Sub", "Mul", "Maximum", "Minimum", "SquaredDifference", "Greater", "GreaterEqual", "Less", "LessEqual"):
    for name, (a, b) in SHAPES.items():
        row(op, name, lambda x, y, op=op: getattr(raw, op)(x=x, y=y), real(*a), real(*b))
    row(op, "whole", lambda x, y, op=op: getattr(raw, op)(x=x, y=y), whole(2, 3, low=-5, high=5), whole(2, 3, low=-5, high=5))
    row(op, "long", lambda x, y, op=op: getattr(raw, op)(x=x, y=y), whole(2, 3, low=-5, high=5, dtype="int64"), whole(3, low=-5, high=5, dtype="int64"))
for op in ("Div", "RealDiv", "DivNoNan", "MulNoNan", "Pow", "Atan2", "Xdivy", "Xlogy", "Xlog1py"):
    row(op, "plain", lambda x, y, op=op: getattr(raw, op)(x=x, y=y), real(2, 1, 3, low=0.1, high=3), real(4, 1, low=0.2, high=3))
for op in ("Equal", "NotEqual"):
    row(op, "whole", lambda x, y, op=op: getattr(raw, op)(x=x, y=y), whole(2, 8, high=3), whole(8, high=3))
    row(op, "real", lambda x, y, op=op: getattr(raw, op)(x=x, y=y), given([0, 1, float("nan")], "float32"), given([0, 2, float("nan")], "float32"))
    row(op, "flags", lambda x, y, op=op: getattr(raw, op)(x=x, y=y), flags(1, 0, 1, 0), flags(1, 1, 0, 0))
for op in ("LogicalAnd", "LogicalOr"):
    row(op, "plain", lambda x, y, op=op: getattr(raw, op)(x=x, y=y), flags(1, 0, 1, 0), flags(1, 1, 0, 0))
row("LogicalNot", "plain", lambda x: raw.LogicalNot(x=x), flags(1, 0))
LEFT, RIGHT = [7, -7, 7, -7, 6, -6, 0, 1], [3, 3, -3, -3, 3, 3, 5, -4]
REAL_LEFT, REAL_RIGHT = [7.5, -7.5, 7.5, -7.5, 6, -6, 0, 1], [2, 2, -2, -2, 3, 3, 5, -4]
for op in ("FloorDiv", "FloorMod", "TruncateDiv", "TruncateMod", "Mod", "Div"):
    for dtype in ("int32", "int64"):
        row(op, dtype, lambda x, y, op=op: getattr(raw, op)(x=x, y=y), given(LEFT, dtype), given(RIGHT, dtype))
    if op not in ("TruncateDiv", "Div"):
        row(op, "real", lambda x, y, op=op: getattr(raw, op)(x=x, y=y), given(REAL_LEFT, "float32"), given(REAL_RIGHT, "float32"))
row("FloorMod", "broadcast", lambda x: raw.FloorMod(x=x, y=np.float32(2.5)), real(3, 4, low=-9, high=9))
row("DivNoNan", "zeros", lambda x, y: raw.DivNoNan(x=x, y=y), given([1, 0, -1, 4], "float32"), given([0, 0, 2, -0.5], "float32"))
row("MulNoNan", "zeros", lambda x, y: raw.MulNoNan(x=x, y=y), given([float("inf"), float("nan"), -1, 4], "float32"), given([0, 0, 2, -0.5], "float32"))
row("Xdivy", "zeros", lambda x, y: raw.Xdivy(x=x, y=y), given([0, 0, -1, 4], "float32"), given([0, 3, 2, -0.5], "float32"))
row("Xlogy", "zeros", lambda x, y: raw.Xlogy(x=x, y=y), given([0, 0, -1, 4], "float32"), given([0, 3, 2, 0.5], "float32"))
row("Xlog1py", "zeros", lambda x, y: raw.Xlog1py(x=x, y=y), given([0, 0, -1, 4], "float32"), given([-1, 3, 2, 0.5], "float32"))
QUADRANTS = [(1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1), (1, 0), (-1, 0), (0, 0), (2, 0.1), (-2, -0.1)]
row("Atan2", "quadrants", lambda y, x: raw.Atan2(y=y, x=x), given([y for y, _ in QUADRANTS], "float32"), given([x for _, x in QUADRANTS], "float32"))
row("Pow", "whole", lambda x, y: raw.Pow(x=x, y=y), whole(2, 3, low=-3, high=4), whole(3, high=4))
row("Pow", "square", lambda x: raw.Pow(x=x, y=np.float32(2)), real(2, 3))
row("AddN", "three", lambda x, y: raw.AddN(inputs=[x, y, x]), real(2, 3), real(2, 3))
row("AddN", "whole", lambda x, y: raw.AddN(inputs=[x, y, x]), whole(2, 3), whole(2, 3))
row("AddN", "one", lambda x: raw.AddN(inputs=[x]), real(2, 3))
row("AccumulateNV2", "two", lambda x, y: raw.AccumulateNV2(inputs=[x, y], shape=[2, 3]), real(2, 3), real(2, 3))
row("Maximum", "nan", lambda x: raw.Maximum(x=x, y=np.float32(0)), given([float("nan"), 1, -1], "float32"))
row("ClipByValue", "plain", lambda x: raw.ClipByValue(t=x, clip_value_min=np.float32(-0.5), clip_value_max=np.float32(0.6)), real(3, 4))
row("ClipByValue", "computed", lambda x, a, b: raw.ClipByValue(t=x, clip_value_min=a, clip_value_max=b), real(3, 4), given(-0.5, "float32"), given(0.2, "float32"))
row("ClipByValue", "elements", lambda x, a, b: raw.ClipByValue(t=x, clip_value_min=a, clip_value_max=b), real(2, 3), real(2, 3, low=-1, high=0), real(2, 3, low=0))
row("L2Loss", "plain", lambda x: raw.L2Loss(t=x), real(3, 4))
for op in ("BitwiseAnd", "BitwiseOr", "BitwiseXor"):
    row(op, "whole", lambda x, y, op=op: getattr(raw, op)(x=x, y=y), whole(2, 4, low=-99, high=99), whole(4, low=-99, high=99))
row("Invert", "whole", lambda x: raw.Invert(x=x), whole(4, low=-99, high=99))

# Reductions.
for op in ("Sum", "Mean", "Max", "Min", "Prod", "EuclideanNorm"):
    reduce = getattr(raw, op)
    for name, axes, keeps in (
        ("all", [0, 1, 2], False), ("last", -1, False), ("kept", [-1], True), ("two", [0, 2], False), ("two_kept", [-3, -1], True),
        ("none", np.zeros(0, np.int32), False), ("first", 0, False),
    ):  # fmt: skip
        row(op, name, lambda x, reduce=reduce, axes=axes, keeps=keeps: reduce(input=x, axis=axes, keep_dims=keeps), real(2, 3, 4))
    row(op, "computed", lambda x, a, reduce=reduce: reduce(input=x, axis=a), real(2, 3, 4), given([1, 2]))
    row(op, "by_rank", lambda x, reduce=reduce: reduce(input=x, axis=tf.range(1, tf.rank(x))), real(2, 3, 4))
for op in ("Sum", "Max", "Min", "Prod"):
    row(op, "whole", lambda x, op=op: getattr(raw, op)(input=x, axis=1), whole(2, 3, low=-5, high=5))
    row(op, "long", lambda x, op=op: getattr(raw, op)(input=x, axis=1), whole(2, 3, low=-5, high=5, dtype="int64"))
row("Mean", "whole", lambda x: raw.Mean(input=x, axis=1), whole(2, 4, low=-5, high=5))
for op in ("All", "Any"):
    rows = given([[1, 1, 0], [1, 1, 1], [0, 0, 0]], "bool")
    row(op, "rows", lambda x, op=op: getattr(raw, op)(input=x, axis=1), rows)
    row(op, "kept", lambda x, op=op: getattr(raw, op)(input=x, axis=[0], keep_dims=True), rows)
    row(op, "all", lambda x, op=op: getattr(raw, op)(input=x, axis=[0, 1]), rows)
    row(op, "none", lambda x, op=op: getattr(raw, op)(input=x, axis=np.zeros(0, np.int32)), rows)
for op, argument in {"ArgMax": raw.ArgMax, "ArgMin": raw.ArgMin}.items():
    row(op, "last", lambda x, argument=argument: argument(input=x, dimension=-1), real(2, 3, 4))
    row(op, "int32", lambda x, argument=argument: argument(input=x, dimension=1, output_type=tf.int32), real(2, 3, 4))
    row(op, "ties", lambda x, argument=argument: argument(input=x, dimension=0), given([2, 1, 2, 1], "float32"))
    row(op, "whole", lambda x, argument=argument: argument(input=x, dimension=0), whole(4, 2))
    row(op, "flags" if op == "ArgMax" else "bytes", lambda x, argument=argument: argument(input=x, dimension=0), flags(0, 1, 1) if op == "ArgMax" else given([3, 1, 1], "uint8"))
for op in ("Softmax", "LogSoftmax"):
    for shape in ((4,), (2, 3), (2, 2, 3), (1, 2, 2, 3)):
        row(op, f"rank{len(shape)}", lambda x, op=op: getattr(raw, op)(logits=x), real(*shape, low=-4, high=4))

# Products of matrices.
for a, b in ((0, 0), (0, 1), (1, 0), (1, 1)):
    left, right = ((4, 2) if a else (2, 4)), ((3, 4) if b else (4, 3))
    row("MatMul", f"fixed_{a}{b}", lambda x, a=a, b=b, right=right: raw.MatMul(a=x, b=weight(*right), transpose_a=bool(a), transpose_b=bool(b)), real(*left))
    row("MatMul", f"computed_{a}{b}", lambda x, y, a=a, b=b: raw.MatMul(a=x, b=y, transpose_a=bool(a), transpose_b=bool(b)), real(*left), real(*right))
    for op in ("BatchMatMul", "BatchMatMulV2"):
        row(op, f"plain_{a}{b}", lambda x, y, op=op, a=a, b=b: getattr(raw, op)(x=x, y=y, adj_x=bool(a), adj_y=bool(b)), real(2, *left), real(2, *right))
    row("BatchMatMulV2", f"broadcast_{a}{b}", lambda x, a=a, b=b, right=right: raw.BatchMatMulV2(x=x, y=weight(*right), adj_x=bool(a), adj_y=bool(b)), real(3, 1, *left))
row("BatchMatMulV3", "plain", lambda x, y: raw.BatchMatMulV3(x=x, y=y, Tout=tf.float32), real(2, 1, 2, 3), real(3, 3, 2))
row("MatMul", "whole", lambda x, y: raw.MatMul(a=x, b=y), whole(2, 3), whole(3, 2))
for name, (equation, shapes) in {
    "heads": ("bts,shw->bthw", [(2, 3, 4), (4, 2, 2)]), "scores": ("BQNH,BKNH->BNQK", [(2, 3, 2, 4), (2, 5, 2, 4)]), "outer": ("i,j->ij", [(3,), (4,)]),
    "trace": ("bii->b", [(2, 3, 3)]), "sum": ("bij->b", [(2, 3, 4)]), "ellipsis": ("...ij,jk->...ik", [(2, 2, 3, 4), (4, 2)]),
    "diagonal": ("ii->i", [(3, 3)]), "swap": ("abc->cab", [(2, 3, 4)]),
    "ellipsis_middle": ("a...b,b...c->a...c", [(2, 3, 4), (4, 3, 2)]),
}.items():  # fmt: skip
    row("Einsum", name, lambda *inputs, equation=equation: raw.Einsum(inputs=list(inputs), equation=equation), *[real(*shape) for shape in shapes])

# Fused operators, as an optimiser writes them.


def fused(op, inputs, types, **attributes):
    graph = tf.compat.v1.get_default_graph()

    def attribute(value):
        proto = tf.compat.v1.AttrValue()
        if isinstance(value, bool):
            proto.b = value
        elif isinstance(value, float):
            proto.f = value
        elif isinstance(value, int):
            proto.i = value
        elif isinstance(value, str):
            proto.s = value.encode()
        elif all(isinstance(item, str) for item in value):
            proto.list.s.extend(item.encode() for item in value)
        else:
            proto.list.i.extend(value)
        return proto

    attrs = {name: attribute(value) for name, value in attributes.items()}
    attrs["T"] = tf.compat.v1.AttrValue(type=tf.float32.as_datatype_enum)
    attrs["num_args"] = attribute(len(inputs) - 2)
    if types:
        attrs["TArgs"] = tf.compat.v1.AttrValue(list=tf.compat.v1.AttrValue.ListValue(type=[tf.float32.as_datatype_enum] * (len(inputs) - 2)))
    return graph.create_op(op, [tf.convert_to_tensor(item) for item in inputs], [tf.float32], attrs=attrs, name="fused").outputs[0]


def fused_conv(x, ops, *more, padding="SAME", **options):
    return fused("_FusedConv2D", [x, weight(3, 3, 2, 3), *more], True, num_host_args=0, strides=[1, 2, 1, 1], padding=padding, fused_ops=ops, **options)


def fused_product(x, ops, *more, **options):
    return fused("_FusedMatMul", [x, weight(4, 3), *more], False, fused_ops=ops, **options)


ACTIVATIONS = ("Relu", "Relu6", "Elu", "LeakyRelu")
for ops in (["BiasAdd"], *(["BiasAdd", name] for name in ACTIVATIONS)):
    options = {"leakyrelu_alpha": 0.3} if "LeakyRelu" in ops else {}
    row("FusedConv2D", "_".join(ops), lambda x, ops=ops, options=options: fused_conv(x, ops, weight(3), **options), real(1, 5, 4, 2))
    row("FusedMatMul", "_".join(ops), lambda x, ops=ops, options=options: fused_product(x, ops, weight(3), **options), real(2, 4))
for name in ("Tanh", "Sigmoid"):
    row("FusedMatMul", f"BiasAdd_{name}", lambda x, name=name: fused_product(x, ["BiasAdd", name], weight(3)), real(2, 4))
row("FusedMatMul", "transposed", lambda x: fused_product(x, ["BiasAdd"], weight(3), transpose_a=True), real(4, 2))
NORM = [weight(3, low=0.5, high=1.5), weight(3), weight(3, low=-0.5, high=0.5), weight(3, low=0.4, high=2)]
row("FusedConv2D", "norm", lambda x: fused_conv(x, ["FusedBatchNorm"], *NORM, epsilon=0.01), real(1, 5, 4, 2))
row("FusedConv2D", "norm_relu", lambda x: fused_conv(x, ["FusedBatchNorm", "Relu"], *NORM, epsilon=0.01), real(1, 5, 4, 2))
row("FusedConv2D", "explicit", lambda x: fused_conv(x, ["BiasAdd", "Relu"], weight(3), padding="EXPLICIT", explicit_paddings=[0, 0, 1, 0, 2, 1, 0, 0]), real(1, 5, 4, 2))

DEPTHWISE = ["BiasAdd", "Relu6"]
for name, renamed in (("tensorflow", {}), ("tfjs", {"_FusedDepthwiseConv2dNative": "FusedDepthwiseConv2dNative"})):
    row(
        "FusedDepthwiseConv2dNative",
        name,
        lambda x: fused("_FusedDepthwiseConv2dNative", [x, weight(3, 3, 2, 2), weight(4)], False, strides=[1, 1, 1, 1], padding="SAME", fused_ops=DEPTHWISE),
        real(1, 5, 4, 2, low=-4, high=9),
        reference=lambda x: tf.nn.relu6(tf.nn.depthwise_conv2d(x, weight(3, 3, 2, 2), [1, 1, 1, 1], "SAME") + weight(4)),
        renamed=renamed,
    )
row(
    "LogicalXor",
    "plain",
    lambda x, y: raw.LogicalAnd(x=x, y=y),
    flags(1, 0, 1, 0),
    flags(1, 1, 0, 0),
    reference=tf.math.logical_xor,
    renamed={"LogicalAnd": "LogicalXor"},
)
row(
    "Prelu",
    "plain",
    lambda x: raw.Mul(x=x, y=weight(3)),
    real(2, 2, 3),
    reference=lambda x: tf.nn.relu(x) - weight(3) * tf.nn.relu(-x),
    renamed={"Mul": "Prelu"},
)

# Types.
REALS = [-2.7, -1.5, -0.2, 0, 0.2, 1.5, 2.7]
for dtype in ("int32", "int64", "bool", "float64", "float16"):
    row("Cast", f"float32_{dtype}", lambda x, dtype=dtype: raw.Cast(x=x, DstT=dtype), given(REALS, "float32"))
for dtype in ("float32", "bool", "int64", "uint8"):
    row("Cast", f"int32_{dtype}", lambda x, dtype=dtype: raw.Cast(x=x, DstT=dtype), given([0, 1, 2, 200], "int32"))
for dtype in ("float32", "int32"):
    row("Cast", f"bool_{dtype}", lambda x, dtype=dtype: raw.Cast(x=x, DstT=dtype), flags(0, 1))
row("Cast", "uint8_float32", lambda x: raw.Cast(x=x, DstT=tf.float32), given([0, 1, 255], "uint8"))
row("Cast", "double_and_back", lambda x: raw.Cast(x=raw.Sqrt(x=raw.Cast(x=x, DstT=tf.float64)), DstT=tf.float32), real(4, low=0))
DOUBLE = {"dtype": "float64"}
row("MatMul", "double", lambda x, y: raw.MatMul(a=x, b=y), real(2, 3, **DOUBLE), real(3, 2, **DOUBLE))
row("Sum", "double", lambda x: raw.Sum(input=x, axis=1), real(2, 3, **DOUBLE))
row("FloorMod", "double", lambda x: raw.FloorMod(x=x, y=np.float64(0.3)), real(2, 3, **DOUBLE))
row("Relu6", "double", lambda x: raw.Relu6(features=x), real(2, 3, low=-5, high=9, **DOUBLE))
row("Expm1", "double", lambda x: raw.Expm1(x=x), real(2, 3, **DOUBLE))
row("Erfc", "double", lambda x: raw.Erfc(x=x), real(2, 3, low=-0.5, high=0.5, dtype="float32"))
row("Add", "half", lambda x, y: raw.Add(x=x, y=y), real(2, 3, dtype="float16"), real(2, 3, dtype="float16"))
row("MatMul", "half", lambda x, y: raw.MatMul(a=x, b=y), real(2, 3, dtype="float16"), real(3, 2, dtype="float16"), tolerance=(2e-3, "half precision has 11 bits"))
row("Sigmoid", "half", lambda x: raw.Sigmoid(x=x), real(2, 3, dtype="float16"), tolerance=(2e-3, "half precision has 11 bits"))
row("Mul", "bytes", lambda x, y: raw.Mul(x=x, y=y), given([1, 2, 30], "uint8"), given([3, 4, 5], "uint8"))

# Values that pass.
row("Identity", "plain", lambda x: raw.Identity(input=x), real(2, 3))
row("IdentityN", "two", lambda x, y: raw.IdentityN(input=[x, y]), real(2, 3), whole(2))
row("Snapshot", "plain", lambda x: raw.Snapshot(input=x), real(2, 3))
row("StopGradient", "plain", lambda x: raw.Add(x=raw.StopGradient(input=x), y=x), real(2, 3))
row("PreventGradient", "plain", lambda x: raw.PreventGradient(input=x), real(2, 3))
row("CheckNumerics", "plain", lambda x: raw.CheckNumerics(tensor=x, message="m"), real(2, 3))
row("EnsureShape", "plain", lambda x: raw.EnsureShape(input=x, shape=[2, None]), real(2, 3))
row("PlaceholderWithDefault", "plain", lambda x: raw.Mul(x=x, y=raw.PlaceholderWithDefault(input=np.float32(0.25), shape=[])), real(2, 3))
row("Softmax", "gelu_beside", lambda x: tf.nn.gelu(x, approximate=True) + tf.nn.gelu(x), real(2, 3, low=-3, high=3))
