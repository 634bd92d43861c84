"""Operators that move elements: slices, gathers, scatters, shapes, padding."""

import itertools

import numpy as np
import tensorflow as tf
from tensorflow_case import flags, given, raw, real, row, weight, whole

# Strided slices: masks are written as in Python.


def sliced(name, shape, key):
    row("StridedSlice", name, lambda x: x[key], real(*shape))


E, N, ALL = Ellipsis, tf.newaxis, slice(None)
for name, key in {
    "begin": (slice(1, None),),
    "end": (slice(None, 2),),
    "both": (slice(0, 2), slice(1, 3)),
    "masks": (ALL, slice(1, None), slice(None, 3)),
    "shrink_front": (1,),
    "shrink_last": (ALL, ALL, -1),
    "shrink_middle": (ALL, 2),
    "shrink_all": (1, 2, 3),
    "shrink_negative": (-1, -2, -3),
    "ellipsis_front": (E, slice(1, 3)),
    "ellipsis_middle": (1, E, slice(1, 3)),
    "ellipsis_back": (slice(0, 1), E),
    "ellipsis_only": (E,),
    "ellipsis_empty": (ALL, slice(1, 2), E, slice(0, 2)),
    "ellipsis_shrink": (E, 0),
    "new_front": (N, E),
    "new_back": (E, N),
    "new_middle": (ALL, N, slice(1, 3)),
    "new_and_shrink": (N, 1, N, slice(1, 3)),
    "new_behind_ellipsis": (0, E, N, slice(0, 2)),
    "new_shrink_behind_ellipsis": (E, N, 1, N),
    "new_twice": (N, N, E, N, 0),
    "steps": (slice(None, None, 2), slice(0, 3, 2), slice(1, None, 3)),
    "backward": (slice(None, None, -1), slice(2, 0, -1), slice(-1, -4, -2)),
    "backward_open": (ALL, slice(1, None, -1), slice(None, 1, -1)),
    "negative_bounds": (ALL, slice(-2, -1), slice(-3, None)),
    "out_of_range": (slice(0, 9), slice(-9, 2), slice(1, 99)),
    "empty": (ALL, slice(2, 1)),
}.items():
    sliced(name, (2, 3, 4), key)
for begin, end, shrink, new, ellipsis in itertools.product((0, 1, 2), (0, 2), (0, 1, 4), (0, 2), (0, 1, 2, 4)):
    if (begin + end + shrink + new + ellipsis) % 3 == 0 and ellipsis & (begin | end) == 0 and shrink & ellipsis == 0:
        row(
            "StridedSlice",
            f"mask_{begin}{end}{shrink}{new}{ellipsis}",
            lambda x, begin=begin, end=end, shrink=shrink, new=new, ellipsis=ellipsis: raw.StridedSlice(
                input=x,
                begin=[1, 0, 1],
                end=[2, 2, 3],
                strides=[1, 1, 1],
                begin_mask=begin,
                end_mask=end,
                shrink_axis_mask=shrink,
                new_axis_mask=new,
                ellipsis_mask=ellipsis,
            ),
            real(2, 3, 4),
        )
row("StridedSlice", "computed", lambda x, a, b: x[:, a : b + 1], real(2, 5), given(1), given(2))
row("StridedSlice", "computed_index", lambda x, a: x[:, a], real(2, 5), given(3))
row("StridedSlice", "computed_last", lambda x, a: x[:, a], real(2, 5), given(-1))
row("StridedSlice", "computed_masked", lambda x, a: x[:, a:, ..., :2], real(2, 4, 2, 3), given(1))
row("StridedSlice", "computed_back", lambda x, a: x[:, :a:-1], real(2, 5), given(1))
row("StridedSlice", "computed_new", lambda x, a: x[a, tf.newaxis, ..., tf.newaxis, 1:], real(3, 2, 4), given(1))
row("StridedSlice", "computed_vectors", lambda x, a, b: raw.StridedSlice(input=x, begin=a, end=b, strides=[1, 2]), real(4, 5), given([1, 0]), given([3, 5]))
row("StridedSlice", "of_shape", lambda x: tf.shape(x)[1:3], real(2, 3, 4, 1))
row("StridedSlice", "of_shape_scalar", lambda x: tf.shape(x)[-1] * 2, real(2, 3))
row("StridedSlice", "sixty_four", lambda x: raw.StridedSlice(input=x, begin=np.int64([1]), end=np.int64([3]), strides=np.int64([1])), whole(5, dtype="int64"))
row("StridedSlice", "flags", lambda x: x[1:], flags(1, 0, 1))

row("Slice", "plain", lambda x: raw.Slice(input=x, begin=[0, 1, 2], size=[2, 2, 1]), real(2, 3, 4))
row("Slice", "rest", lambda x: raw.Slice(input=x, begin=[1, 0, 2], size=[-1, 2, -1]), real(2, 3, 4))
row("Slice", "computed", lambda x, a, b: raw.Slice(input=x, begin=a, size=b), real(3, 4), given([1, 1]), given([2, -1]))
row("Slice", "computed_size", lambda x, b: raw.Slice(input=x, begin=[0, 1], size=b), real(3, 4), given([-1, 2]))
row("Slice", "whole", lambda x: raw.Slice(input=x, begin=np.int64([1]), size=np.int64([2])), whole(5))

row("Gather", "plain", lambda x: raw.Gather(params=weight(5, 3), indices=x), whole(2, 3, high=5))
for axis, batch, params, indices in (
    (0, 0, (5, 3), (4,)),
    (1, 0, (3, 5, 2), (2, 2)),
    (-1, 0, (3, 2, 5), (3,)),
    (-2, 0, (3, 5, 2), (2,)),
    (1, 1, (2, 5), (2, 3)),
    (1, 1, (2, 5, 3), (2, 4)),
    (2, 2, (2, 3, 5, 2), (2, 3, 2)),
    (-1, 1, (2, 5), (2, 3)),
    (2, 1, (2, 3, 5), (2, 4)),
    (-1, 1, (2, 3, 5, 2)[:3], (2, 2)),
    (1, -1, (2, 5), (2, 3)),
):
    row(
        "GatherV2",
        f"axis{axis}_batch{batch}_{len(params)}".replace("-", "m"),
        lambda x, i, axis=axis, batch=batch: raw.GatherV2(params=x, indices=i, axis=axis, batch_dims=batch),
        real(*params),
        whole(*indices, high=5),
    )
row("GatherV2", "scalar", lambda x: raw.GatherV2(params=x, indices=2, axis=1), real(2, 4))
row("GatherV2", "long", lambda x, i: raw.GatherV2(params=x, indices=i, axis=np.int64(0)), real(4, 2), whole(3, high=4, dtype="int64"))
row("GatherNd", "elements", lambda x, i: raw.GatherNd(params=x, indices=i), real(3, 4), given([[0, 1], [2, 3], [1, 1]]))
row("GatherNd", "rows", lambda x, i: raw.GatherNd(params=x, indices=i), real(3, 4), given([[[0], [2]], [[1], [1]]]))
row("GatherNd", "long", lambda x, i: raw.GatherNd(params=x, indices=i), whole(3, 4, 2), given([[0, 1], [2, 3]], "int64"))

row("ScatterNd", "vector", lambda u, i: raw.ScatterNd(indices=i, updates=u, shape=[6]), real(4), given([[1], [3], [1], [5]]))
row("ScatterNd", "many", lambda u: raw.ScatterNd(indices=np.arange(3000)[:, None] % 5, updates=u, shape=[5]), real(3000, low=0), tolerance=(1e-4, "sums of 600 numbers in another order"))
row("ScatterNd", "rows", lambda u, i: raw.ScatterNd(indices=i, updates=u, shape=[4, 3]), real(3, 3), given([[0], [2], [0]]))
row("ScatterNd", "elements", lambda u, i: raw.ScatterNd(indices=i, updates=u, shape=[2, 3]), real(4), given([[0, 0], [1, 2], [0, 0], [1, 1]]))
row("ScatterNd", "deep", lambda u, i: raw.ScatterNd(indices=i, updates=u, shape=[2, 3, 2]), real(2, 2, 2), given([[[0, 0], [1, 2]], [[0, 0], [1, 1]]]))
row("ScatterNd", "computed", lambda u, i, s: raw.ScatterNd(indices=i, updates=u, shape=s), real(3), given([[1], [0], [1]]), given([4]))
row("ScatterNd", "whole", lambda u, i: raw.ScatterNd(indices=i, updates=u, shape=[4]), whole(3), given([[1], [0], [1]]))
for op, scatter in {
    "TensorScatterAdd": raw.TensorScatterAdd,
    "TensorScatterMax": raw.TensorScatterMax,
    "TensorScatterMin": raw.TensorScatterMin,
    "TensorScatterSub": raw.TensorScatterSub,
}.items():
    row(op, "vector", lambda x, u, i, scatter=scatter: scatter(tensor=x, indices=i, updates=u), real(5), real(4), given([[1], [3], [1], [4]]))
    row(op, "rows", lambda x, u, i, scatter=scatter: scatter(tensor=x, indices=i, updates=u), real(4, 2), real(3, 2), given([[1], [3], [1]]))
    row(op, "elements", lambda x, u, i, scatter=scatter: scatter(tensor=x, indices=i, updates=u), real(2, 3), real(3), given([[1, 2], [0, 0], [1, 2]]))
row("TensorScatterUpdate", "vector", lambda x, u, i: raw.TensorScatterUpdate(tensor=x, indices=i, updates=u), real(5), real(3), given([[1], [3], [4]]))
row("TensorScatterUpdate", "rows", lambda x, u, i: raw.TensorScatterUpdate(tensor=x, indices=i, updates=u), real(4, 2), real(2, 2), given([[1], [3]]))
row("TensorScatterUpdate", "elements", lambda x, u, i: raw.TensorScatterUpdate(tensor=x, indices=i, updates=u), real(2, 3), real(2), given([[1, 2], [0, 0]]))
row("SparseToDense", "vector", lambda v: raw.SparseToDense(sparse_indices=[1, 3], output_shape=[5], sparse_values=v, default_value=0.5), real(2))
row("SparseToDense", "rows", lambda v: raw.SparseToDense(sparse_indices=[[0, 1], [1, 2]], output_shape=[2, 3], sparse_values=v, default_value=0.0), real(2))
row("SparseToDense", "scalar_value", lambda v: raw.SparseToDense(sparse_indices=[1, 3], output_shape=[5], sparse_values=v, default_value=-1.0), real())
row("SparseToDense", "scalar_index", lambda v: raw.SparseToDense(sparse_indices=2, output_shape=[4], sparse_values=v, default_value=0.0), real())

row("OneHot", "last", lambda x: raw.OneHot(indices=x, depth=4, on_value=1.0, off_value=0.0), whole(2, 3, high=4))
for axis in (0, 1, 2, -1):
    row("OneHot", f"axis{axis}".replace("-", "m"), lambda x, axis=axis: raw.OneHot(indices=x, depth=4, on_value=5.0, off_value=-2.0, axis=axis), whole(2, 3, high=4))
row("OneHot", "outside", lambda x: raw.OneHot(indices=x, depth=3, on_value=1.0, off_value=0.0), given([-1, 0, 2, 3, -3]))
row("OneHot", "whole", lambda x: raw.OneHot(indices=x, depth=3, on_value=1, off_value=0), whole(3, high=3, dtype="int64"))
row("OneHot", "flags", lambda x: raw.OneHot(indices=x, depth=3, on_value=True, off_value=False), whole(3, high=3))
row("TopKV2", "plain", lambda x: raw.TopKV2(input=x, k=3), real(2, 6))
row("TopKV2", "ties", lambda x: raw.TopKV2(input=x, k=3), given([[1, 3, 3, 2, 3]], "float32"))
row("TopKV2", "whole", lambda x: raw.TopKV2(input=x, k=2), whole(3, 4, high=99))
row("TopKV2", "vector", lambda x, k: raw.TopKV2(input=x, k=k), real(6), given(4))
row("Where", "flags", lambda x: raw.Where(condition=x), flags(1, 0, 1, 1))
row("Where", "rows", lambda x: raw.Where(condition=x), given([[0.5, 0, 1], [0, 0, -1]], "float32"))
row("Where", "whole", lambda x: raw.Where(condition=x), given([[0, 2, 0], [1, 0, 0]]))
row("Select", "vector", lambda c, x, y: raw.Select(condition=c, x=x, y=y), flags(1, 0, 1), real(3, 2, 2), real(3, 2, 2))
row("Select", "equal", lambda c, x, y: raw.Select(condition=c, x=x, y=y), given([[1, 0], [0, 1]], "bool"), real(2, 2), real(2, 2))
row("Select", "scalar", lambda c, x, y: raw.Select(condition=c, x=x, y=y), given(True, "bool"), real(2, 2), real(2, 2))
row("Select", "square", lambda c, x, y: raw.Select(condition=c, x=x, y=y), flags(1, 0), real(2, 2), real(2, 2))
row("SelectV2", "broadcast", lambda c, x, y: raw.SelectV2(condition=c, t=x, e=y), given([[1], [0]], "bool"), real(3), real(2, 1))
row("SelectV2", "vector", lambda c, x, y: raw.SelectV2(condition=c, t=x, e=y), flags(1, 0), real(2, 2), real())
row("SelectV2", "whole", lambda c, x, y: raw.SelectV2(condition=c, t=x, e=y), flags(1, 0), whole(2, 2), whole(2))

for axis in (0, 1, -1, -3):
    row("Pack", f"axis{axis}".replace("-", "m"), lambda x, y, axis=axis: raw.Pack(values=[x, y], axis=axis), real(2, 3), real(2, 3))
row("Pack", "scalars", lambda x, y: raw.Pack(values=[x, 7, y]), whole(), whole())
row("Pack", "one", lambda x: raw.Pack(values=[x], axis=1), real(2))
row("ParallelConcat", "rows", lambda x, y: raw.ParallelConcat(values=[x, y], shape=[2, 3]), real(1, 3), real(1, 3))
for axis, num in ((0, 2), (1, 3), (-1, 4), (-3, 2)):
    row("Unpack", f"axis{axis}".replace("-", "m"), lambda x, axis=axis, num=num: raw.Unpack(value=x, num=num, axis=axis), real(2, 3, 4))
row("Unpack", "one", lambda x: raw.Unpack(value=x, num=1, axis=1), real(2, 1))
row("Concat", "one", lambda x, y: raw.Concat(concat_dim=1, values=[x, y]), real(2, 3), real(2, 1))
for axis in (0, 1, -1, -2):
    row("ConcatV2", f"axis{axis}".replace("-", "m"), lambda x, y, axis=axis: raw.ConcatV2(values=[x, y, x], axis=axis), real(2, 3), real(2, 3))
row("ConcatV2", "whole", lambda x, y: raw.ConcatV2(values=[x, y], axis=0), whole(2), whole(3))
row("Split", "last", lambda x: raw.Split(axis=-1, value=x, num_split=3), real(2, 6))
row("Split", "first", lambda x: raw.Split(axis=0, value=x, num_split=2), real(4, 3))
row("Split", "one", lambda x: raw.Split(axis=0, value=x, num_split=1), real(4, 3))
row("SplitV", "sizes", lambda x: raw.SplitV(value=x, size_splits=[1, 3, 2], axis=1, num_split=3), real(2, 6))
row("SplitV", "rest", lambda x: raw.SplitV(value=x, size_splits=[1, -1, 2], axis=-1, num_split=3), real(2, 6))
row("SplitV", "empty_rest", lambda x: raw.SplitV(value=x, size_splits=[4, -1, 2], axis=-1, num_split=3), real(2, 6))
row("SplitV", "one", lambda x: raw.SplitV(value=x, size_splits=[3], axis=0, num_split=1), real(3, 2))
row("Tile", "plain", lambda x: raw.Tile(input=x, multiples=[2, 1, 3]), real(2, 3, 1))
row("Tile", "computed", lambda x, n: raw.Tile(input=x, multiples=n), real(2, 3), given([3, 2]))
row("Tile", "whole", lambda x: raw.Tile(input=x, multiples=np.int64([3])), whole(2))
row("Fill", "fixed", lambda v: raw.Fill(dims=[2, 3], value=v), real())
row("Fill", "computed", lambda n: raw.Fill(dims=n, value=7), given([3, 2]))
row("Fill", "scalar", lambda v: raw.Fill(dims=tf.constant([], tf.int32), value=v), real())
row("Range", "whole", lambda n: raw.Range(start=2, limit=n, delta=3), given(11))
row("Range", "real", lambda n: raw.Range(start=0.5, limit=n, delta=0.25), given(1.9, "float32"))
row("Range", "back", lambda n: raw.Range(start=n, limit=0, delta=-2), given(7))
row("Range", "long", lambda n: raw.Range(start=np.int64(0), limit=n, delta=np.int64(1)), given(4, "int64"))
row("Range", "empty", lambda n: raw.Range(start=n, limit=3, delta=1), given(3))
row("LinSpace", "plain", lambda a, b: raw.LinSpace(start=a, stop=b, num=5), given(-1, "float32"), given(2.5, "float32"))
row("LinSpace", "one", lambda a, b: raw.LinSpace(start=a, stop=b, num=1), given(-1, "float32"), given(2.5, "float32"))

row("Pad", "plain", lambda x: raw.Pad(input=x, paddings=[[1, 0], [0, 2]]), real(2, 3))
row("Pad", "computed", lambda x, p: raw.Pad(input=x, paddings=p), real(2, 3), given([[1, 0], [2, 1]]))
row("Pad", "whole", lambda x: raw.Pad(input=x, paddings=[[1, 2]]), whole(3))
row("PadV2", "value", lambda x, v: raw.PadV2(input=x, paddings=[[1, 0], [0, 2]], constant_values=v), real(2, 3), real())
row("PadV2", "computed", lambda x, p: raw.PadV2(input=x, paddings=p, constant_values=-3.0), real(2, 3), given([[1, 0], [2, 1]]))
for mode in ("REFLECT", "SYMMETRIC"):
    for name, pads in {"one": [[1, 1], [0, 1]], "more": [[2, 1], [0, 3]], "most": [[2, 2], [3, 3]] if mode == "REFLECT" else [[3, 3], [4, 4]]}.items():
        row("MirrorPad", f"{mode.lower()}_{name}", lambda x, mode=mode, pads=pads: raw.MirrorPad(input=x, paddings=pads, mode=mode), real(3, 4))
    row("MirrorPad", f"{mode.lower()}_image", lambda x, mode=mode: raw.MirrorPad(input=x, paddings=[[0, 0], [2, 1], [1, 2], [0, 0]], mode=mode), real(1, 3, 4, 2))
row("MirrorPad", "computed", lambda x, p: raw.MirrorPad(input=x, paddings=p, mode="REFLECT"), real(3, 4), given([[1, 2], [0, 3]]))
for name, axes in {"first": [0], "last": [-1], "two": [0, 2], "none": np.zeros(0, np.int32)}.items():
    row("ReverseV2", name, lambda x, axes=axes: raw.ReverseV2(tensor=x, axis=axes), real(2, 3, 4))
row("ReverseV2", "whole", lambda x: raw.ReverseV2(tensor=x, axis=[0]), whole(4))
row("Reverse", "flags", lambda x: raw.Reverse(tensor=x, dims=[True, False, True]), real(2, 2, 3))
row("ReverseSequence", "lengths", lambda x, n: raw.ReverseSequence(input=x, seq_lengths=n, seq_dim=1, batch_dim=0), real(3, 4, 2), given([2, 4, 1]))
row("ReverseSequence", "time_first", lambda x, n: raw.ReverseSequence(input=x, seq_lengths=n, seq_dim=0, batch_dim=1), real(4, 3, 2), given([2, 4, 0]))
row("Roll", "one", lambda x: raw.Roll(input=x, shift=2, axis=1), real(2, 5))
row("Roll", "back", lambda x: raw.Roll(input=x, shift=-1, axis=-1), real(2, 5))
row("Roll", "several", lambda x: raw.Roll(input=x, shift=[1, -7, 2], axis=[0, 1, 0]), real(4, 5))
row("Roll", "images", lambda x: raw.Roll(input=x, shift=[-2, -2], axis=[1, 2]), real(1, 4, 4, 2))

row("Shape", "plain", lambda x: raw.Shape(input=x), real(2, 3, 4))
row("Shape", "long", lambda x: raw.Shape(input=x, out_type=tf.int64), real(2, 3, 4))
row("Shape", "scalar", lambda x: raw.Shape(input=x), real())
row("ShapeN", "two", lambda x, y: raw.ShapeN(input=[x, y]), real(2, 3), real(4))
row("Size", "plain", lambda x: raw.Size(input=x), real(2, 3, 4))
row("Rank", "plain", lambda x: raw.Rank(input=x), real(2, 3, 4))
row("ExpandDims", "front", lambda x: raw.ExpandDims(input=x, axis=0), real(2, 3))
row("ExpandDims", "back", lambda x: raw.ExpandDims(input=x, axis=-1), real(2, 3))
row("ExpandDims", "inside", lambda x: raw.ExpandDims(input=x, axis=[-2]), real(2, 3))
row("Squeeze", "all", lambda x: raw.Squeeze(input=x), real(1, 3, 1, 2))
row("Squeeze", "some", lambda x: raw.Squeeze(input=x, axis=[2]), real(1, 3, 1, 2))
row("Squeeze", "negative", lambda x: raw.Squeeze(input=x, axis=[-2, 0]), real(1, 3, 1, 2))
row("Reshape", "rest", lambda x: raw.Reshape(tensor=x, shape=[-1, 4]), real(2, 6))
row("Reshape", "scalar", lambda x: raw.Reshape(tensor=x, shape=tf.constant([], tf.int32)), real(1, 1))
row("Reshape", "computed", lambda x, s: raw.Reshape(tensor=x, shape=s), real(2, 6), given([3, -1]))
row("Reshape", "from_shape", lambda x: raw.Reshape(tensor=x, shape=tf.stack([tf.shape(x)[0], -1])), real(2, 3, 2))
row("Reshape", "empty", lambda x: raw.Reshape(tensor=x, shape=[0, 5]), real(0, 3))
row("Transpose", "plain", lambda x: raw.Transpose(x=x, perm=[2, 0, 1]), real(2, 3, 4))
row("Transpose", "computed", lambda x: raw.Transpose(x=x, perm=tf.range(tf.rank(x) - 1, -1, -1)), real(2, 3, 4))
row("Transpose", "same", lambda x: raw.Transpose(x=x, perm=[0, 1]), real(2, 3))
row("BroadcastTo", "wider", lambda x: raw.BroadcastTo(input=x, shape=[2, 3, 4]), real(3, 1))
row("BroadcastTo", "computed", lambda x, s: raw.BroadcastTo(input=x, shape=s), real(3, 1), given([3, 2]))
row("BroadcastArgs", "two", lambda x, y: raw.BroadcastArgs(s0=x, s1=y), given([2, 1, 3]), given([4, 1]))
row("BroadcastArgs", "shapes", lambda x, y: raw.BroadcastTo(input=x, shape=raw.BroadcastArgs(s0=tf.shape(x), s1=tf.shape(y))), real(2, 1), real(3, 1, 4))
row("InvertPermutation", "plain", lambda x: raw.InvertPermutation(x=x), given([2, 0, 3, 1]))
for name, (low, high) in {"lower": (-1, 0), "upper": (0, -1), "band": (1, 2), "diagonal": (0, 0), "all": (-1, -1)}.items():
    row("MatrixBandPart", name, lambda x, low=low, high=high: raw.MatrixBandPart(input=x, num_lower=low, num_upper=high), real(2, 4, 5))
row("Diag", "vector", lambda x: raw.Diag(diagonal=x), real(3))
row("DiagPart", "matrix", lambda x: raw.DiagPart(input=x), real(3, 3))
row("MatrixDiag", "rows", lambda x: raw.MatrixDiag(diagonal=x), real(2, 3))
row("MatrixDiagV3", "rows", lambda x: raw.MatrixDiagV3(diagonal=x, k=0, num_rows=-1, num_cols=-1, padding_value=0.0), real(2, 3))
row("MatrixDiagPart", "wide", lambda x: raw.MatrixDiagPart(input=x), real(2, 3, 4))
row("MatrixDiagPartV3", "square", lambda x: raw.MatrixDiagPartV3(input=x, k=0, padding_value=0.0), real(2, 3, 3))
row("MatrixSetDiag", "square", lambda x, d: raw.MatrixSetDiag(input=x, diagonal=d), real(2, 3, 3), real(2, 3))
row("MatrixSetDiagV3", "square", lambda x, d: raw.MatrixSetDiagV3(input=x, diagonal=d, k=0), real(2, 3, 3), real(2, 3))
row("UnsortedSegmentSum", "rows", lambda x, i: raw.UnsortedSegmentSum(data=x, segment_ids=i, num_segments=4), real(5, 2), given([1, 0, 1, 3, 1]))
row("UnsortedSegmentSum", "negative", lambda x, i: raw.UnsortedSegmentSum(data=x, segment_ids=i, num_segments=3), real(4, 2), given([1, -1, 1, 2]))
row("UnsortedSegmentSum", "vector", lambda x, i: raw.UnsortedSegmentSum(data=x, segment_ids=i, num_segments=4), real(5), given([1, 0, 1, 3, 1]))
for exclusive, reverse in itertools.product((False, True), repeat=2):
    row(
        "Cumsum",
        f"{'exclusive' if exclusive else 'inclusive'}_{'reverse' if reverse else 'forward'}",
        lambda x, exclusive=exclusive, reverse=reverse: raw.Cumsum(x=x, axis=1, exclusive=exclusive, reverse=reverse),
        real(2, 4, 2),
    )
row("Cumsum", "last", lambda x: raw.Cumsum(x=x, axis=-1), whole(2, 4))
row("Cumsum", "computed_axis", lambda x, a: raw.Cumsum(x=x, axis=a), real(2, 4), given(0))
row("ZerosLike", "plain", lambda x: raw.ZerosLike(x=x), real(2, 3))
row("OnesLike", "whole", lambda x: raw.OnesLike(x=x), whole(2, 3))
row("RandomUniform", "without_effect", lambda x: raw.Mul(x=x, y=tf.cast(raw.RandomUniform(shape=tf.shape(x), dtype=tf.float32) >= 0.0, tf.float32)), real(2, 3))
