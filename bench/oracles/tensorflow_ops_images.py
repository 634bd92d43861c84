"""Operators of images: convolutions, pools, normalisation, resizing, blocks."""

import tensorflow as tf
from tensorflow_case import given, raw, real, row, weight

PADS = {"same": "SAME", "valid": "VALID"}
SIZES = {"odd": (7, 5), "even": (6, 8)}


def conv2d(x, filter, strides=(1, 1), dilations=(1, 1), padding="SAME", **options):
    return raw.Conv2D(input=x, filter=filter, strides=[1, *strides, 1], dilations=[1, *dilations, 1], padding=padding, **options)


for pad, padding in PADS.items():
    for size, (height, width) in SIZES.items():
        for strides in ((1, 1), (2, 2), (2, 1), (3, 3)):
            row(
                "Conv2D",
                f"{pad}_{size}_{strides[0]}{strides[1]}",
                lambda x, padding=padding, strides=strides: conv2d(x, weight(3, 2, 3, 2), strides, padding=padding),
                real(1, height, width, 3),
            )
    row("Conv2D", f"{pad}_dilated", lambda x, padding=padding: conv2d(x, weight(3, 2, 2, 2), (1, 1), (2, 3), padding), real(1, 9, 8, 2))
    row("Conv2D", f"{pad}_pointwise_strided", lambda x, padding=padding: conv2d(x, weight(1, 1, 2, 3), (2, 2), padding=padding), real(1, 5, 6, 2))
    row("Conv2D", f"{pad}_even_kernel", lambda x, padding=padding: conv2d(x, weight(4, 4, 2, 2), (2, 2), padding=padding), real(1, 9, 6, 2))
    row("Conv2D", f"{pad}_grouped", lambda x, padding=padding: conv2d(x, weight(3, 3, 2, 6), (1, 1), padding=padding), real(1, 5, 6, 4))
row(
    "Conv2D",
    "explicit",
    lambda x: conv2d(x, weight(3, 3, 2, 2), (2, 1), padding="EXPLICIT", explicit_paddings=[0, 0, 1, 2, 0, 3, 0, 0]),
    real(1, 6, 5, 2),
)
row("Conv2D", "computed_filter", lambda x, w: conv2d(x, w), real(1, 4, 4, 2), real(3, 3, 2, 2))
row("Conv2D", "bias", lambda x: raw.BiasAdd(value=conv2d(x, weight(3, 3, 2, 3)), bias=weight(3)), real(1, 4, 5, 2))
row("Conv2D", "bias_added", lambda x: raw.AddV2(x=conv2d(x, weight(3, 3, 2, 3)), y=weight(3)), real(1, 4, 5, 2))
row("Conv2D", "bias_and_other_use", lambda x: (lambda y: (raw.BiasAdd(value=y, bias=weight(3)), raw.Relu(features=y)))(conv2d(x, weight(1, 1, 2, 3))), real(1, 3, 3, 2))
row("Conv2D", "bias_as_wide_as_one_channel", lambda x: raw.AddV2(x=conv2d(x, weight(1, 1, 2, 1)), y=weight(4)), real(1, 3, 4, 2))
row("Conv2D", "bias_of_one", lambda x: raw.AddV2(x=conv2d(x, weight(1, 1, 2, 3)), y=weight(1)), real(1, 3, 4, 2))
row("Conv2D", "bias_in_front", lambda x: raw.AddV2(x=weight(3), y=conv2d(x, weight(1, 1, 2, 3))), real(1, 3, 4, 2))
row("Conv2D", "bias_twice", lambda x: raw.AddV2(x=raw.BiasAdd(value=conv2d(x, weight(1, 1, 2, 3)), bias=weight(3)), y=weight(3)), real(1, 3, 4, 2))
row("Conv2D", "bias_equal_to_batch", lambda x: raw.AddV2(x=conv2d(x, weight(1, 1, 2, 3)), y=weight(3, 1, 1, 3)), real(3, 3, 4, 2))

for pad, padding in PADS.items():
    for multiplier in (1, 2):
        for stride in (1, 2):
            row(
                "DepthwiseConv2dNative",
                f"{pad}_{multiplier}_{stride}",
                lambda x, padding=padding, multiplier=multiplier, stride=stride: raw.DepthwiseConv2dNative(
                    input=x, filter=weight(3, 2, 3, multiplier), strides=[1, stride, stride, 1], padding=padding
                ),
                real(1, 6, 5, 3),
            )
row(
    "DepthwiseConv2dNative",
    "explicit",
    lambda x: raw.DepthwiseConv2dNative(
        input=x, filter=weight(3, 3, 2, 2), strides=[1, 2, 2, 1], padding="EXPLICIT", explicit_paddings=[0, 0, 0, 1, 2, 1, 0, 0]
    ),
    real(1, 6, 5, 2),
)
row(
    "DepthwiseConv2dNative",
    "computed_filter",
    lambda x, w: raw.DepthwiseConv2dNative(input=x, filter=w, strides=[1, 1, 1, 1], padding="SAME"),
    real(1, 4, 4, 2),
    real(3, 3, 2, 2),
)

for pad, padding in PADS.items():
    for stride in (1, 2):
        row(
            "Conv3D",
            f"{pad}_{stride}",
            lambda x, padding=padding, stride=stride: raw.Conv3D(input=x, filter=weight(2, 3, 2, 2, 3), strides=[1, stride, stride, stride, 1], padding=padding),
            real(1, 4, 5, 3, 2),
        )

# The input's size follows from the forward convolution; more than one is possible.
for pad, sizes in {
    "same": [(4, 2, 3, 8), (4, 2, 3, 7), (3, 3, 3, 9), (3, 3, 3, 8), (3, 3, 3, 7), (4, 3, 2, 12), (3, 4, 2, 9), (3, 1, 3, 3), (3, 2, 1, 6)],
    "valid": [(3, 2, 3, 7), (3, 2, 3, 8), (3, 3, 2, 8), (3, 3, 2, 10), (3, 1, 3, 5), (3, 2, 2, 6), (3, 2, 2, 7), (3, 4, 2, 11)],
}.items():
    for size, stride, kernel, wanted in sizes:
        row(
            "Conv2DBackpropInput",
            f"{pad}_{size}_stride{stride}_kernel{kernel}_to{wanted}",
            lambda x, pad=pad, stride=stride, kernel=kernel, wanted=wanted: raw.Conv2DBackpropInput(
                input_sizes=[1, wanted, wanted, 2], filter=weight(kernel, kernel, 2, 3), out_backprop=x, strides=[1, stride, stride, 1], padding=PADS[pad]
            ),
            real(1, size, size, 3),
        )


def channels_first(op, name, build, *inputs):
    """A case channels last once more, channels first, which TensorFlow has few kernels for: it computes the other one between Transposes."""
    rank = len(inputs[0]["shape"])
    last, first = [0, *range(2, rank), 1], [0, rank - 1, *range(1, rank - 1)]
    shape = [inputs[0]["shape"][axis] for axis in first]
    turned = lambda values: [values[axis] for axis in first]
    format = {4: "NCHW", 5: "NCDHW"}[rank]
    row(
        op,
        f"first_{name}",
        lambda x: build(x, lambda values: turned(values), {"data_format": format}),
        {**inputs[0], "shape": shape},
        reference=lambda x: tf.transpose(build(tf.transpose(x, last), lambda values: values, {}), first),
    )


for padding in PADS.values():
    channels_first(
        "Conv2D",
        padding,
        lambda x, at, options, padding=padding: raw.Conv2D(input=x, filter=weight(3, 2, 3, 2), strides=at([1, 2, 1, 1]), padding=padding, **options),
        real(1, 6, 5, 3),
    )
    channels_first(
        "Conv3D",
        padding,
        lambda x, at, options, padding=padding: raw.Conv3D(input=x, filter=weight(2, 3, 2, 2, 3), strides=at([1, 1, 2, 1, 1]), padding=padding, **options),
        real(1, 4, 5, 3, 2),
    )
    channels_first(
        "DepthwiseConv2dNative",
        padding,
        lambda x, at, options, padding=padding: raw.DepthwiseConv2dNative(input=x, filter=weight(3, 2, 3, 2), strides=at([1, 2, 2, 1]), padding=padding, **options),
        real(1, 6, 5, 3),
    )
    channels_first(
        "MaxPool",
        padding,
        lambda x, at, options, padding=padding: raw.MaxPool(input=x, ksize=at([1, 3, 2, 1]), strides=at([1, 2, 1, 1]), padding=padding, **options),
        real(1, 6, 5, 3),
    )
    channels_first(
        "AvgPool",
        padding,
        lambda x, at, options, padding=padding: raw.AvgPool(value=x, ksize=at([1, 3, 2, 1]), strides=at([1, 2, 1, 1]), padding=padding, **options),
        real(1, 6, 5, 3),
    )
    channels_first(
        "AvgPool3D",
        padding,
        lambda x, at, options, padding=padding: raw.AvgPool3D(input=x, ksize=at([1, 2, 3, 2, 1]), strides=at([1, 2, 1, 1, 1]), padding=padding, **options),
        real(1, 4, 5, 3, 2),
    )
channels_first(
    "Conv2D",
    "bias",
    lambda x, at, options: raw.BiasAdd(
        value=raw.Conv2D(
            input=x,
            filter=weight(3, 2, 3, 2),
            strides=at([1, 1, 1, 1]),
            padding="EXPLICIT",
            explicit_paddings=[pad for pair in at([[0, 0], [1, 2], [0, 1], [0, 0]]) for pad in pair],
            **options,
        ),
        bias=weight(2),
        **options,
    ),
    real(1, 6, 5, 3),
)
channels_first(
    "Conv2DBackpropInput",
    "same",
    lambda x, at, options: raw.Conv2DBackpropInput(
        input_sizes=at([1, 7, 6, 2]), filter=weight(3, 3, 2, 3), out_backprop=x, strides=at([1, 2, 2, 1]), padding="SAME", **options
    ),
    real(1, 4, 3, 3),
)
channels_first("FusedBatchNormV3", "plain", lambda x, at, options: normalised(raw.FusedBatchNormV3, x, **options), real(2, 3, 2, 3))
channels_first("FusedBatchNorm", "plain", lambda x, at, options: normalised(raw.FusedBatchNorm, x, **options), real(2, 3, 2, 3))
channels_first("DepthToSpace", "two", lambda x, at, options: raw.DepthToSpace(input=x, block_size=2, **options), real(1, 2, 3, 8))
channels_first("SpaceToDepth", "two", lambda x, at, options: raw.SpaceToDepth(input=x, block_size=2, **options), real(1, 4, 6, 3))
row(
    "Conv2DBackpropInput",
    "explicit",
    lambda x: raw.Conv2DBackpropInput(
        input_sizes=[1, 7, 7, 2],
        filter=weight(3, 3, 2, 3),
        out_backprop=x,
        strides=[1, 2, 2, 1],
        padding="EXPLICIT",
        explicit_paddings=[0, 0, 1, 1, 1, 1, 0, 0],
    ),
    real(1, 4, 4, 3),
)
row(
    "Conv2DBackpropInput",
    "size_from_batch",
    lambda x: raw.Conv2DBackpropInput(
        input_sizes=tf.stack([tf.shape(x)[0], 8, 8, 2]), filter=weight(3, 3, 2, 3), out_backprop=x, strides=[1, 2, 2, 1], padding="SAME"
    ),
    real(2, 4, 4, 3),
)
row(
    "Conv2DBackpropInput",
    "bias",
    lambda x: raw.BiasAdd(
        value=raw.Conv2DBackpropInput(input_sizes=[1, 6, 6, 2], filter=weight(3, 3, 2, 3), out_backprop=x, strides=[1, 2, 2, 1], padding="SAME"),
        bias=weight(2),
    ),
    real(1, 3, 3, 3),
)
for pad, wanted in (("same", 6), ("same", 5), ("valid", 7)):
    row(
        "Conv3DBackpropInputV2",
        f"{pad}_{wanted}",
        lambda x, pad=pad, wanted=wanted: raw.Conv3DBackpropInputV2(
            input_sizes=[1, wanted, wanted, wanted, 2], filter=weight(3, 3, 3, 2, 2), out_backprop=x, strides=[1, 2, 2, 2, 1], padding=PADS[pad]
        ),
        real(1, 3, 3, 3, 2),
    )

POOLS = {"AvgPool": (raw.AvgPool, "value"), "MaxPool": (raw.MaxPool, "input")}
for op, (pool, argument) in POOLS.items():
    for pad, padding in PADS.items():
        for kernel, stride, size in ((2, 2, (5, 6)), (3, 2, (6, 7)), (3, 1, (4, 5)), (2, 3, (8, 7)), (1, 2, (5, 4))):
            row(
                op,
                f"{pad}_kernel{kernel}_stride{stride}",
                lambda x, pool=pool, argument=argument, padding=padding, kernel=kernel, stride=stride: pool(
                    **{argument: x}, ksize=[1, kernel, kernel, 1], strides=[1, stride, stride, 1], padding=padding
                ),
                real(1, *size, 2),
            )
row("MaxPool", "negative_explicit", lambda x: raw.MaxPool(input=x, ksize=[1, 3, 3, 1], strides=[1, 2, 2, 1], padding="EXPLICIT", explicit_paddings=[0, 0, 1, 0, 1, 2, 0, 0]), real(1, 5, 6, 2, low=-5, high=-1))
row("MaxPool", "narrow", lambda x: raw.MaxPool(input=x, ksize=[1, 1, 3, 1], strides=[1, 1, 2, 1], padding="SAME"), real(1, 2, 6, 2))
row("MaxPoolV2", "same", lambda x: raw.MaxPoolV2(input=x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME"), real(1, 3, 5, 2))
for op, pool in {"AvgPool3D": raw.AvgPool3D, "MaxPool3D": raw.MaxPool3D}.items():
    for pad, padding in PADS.items():
        row(
            op, pad, lambda x, pool=pool, padding=padding: pool(input=x, ksize=[1, 2, 3, 2, 1], strides=[1, 2, 2, 1, 1], padding=padding), real(1, 3, 5, 4, 2)
        )


def normalised(norm, x, **options):
    parameters = {"scale": weight(3, low=0.5, high=1.5), "offset": weight(3), "mean": weight(3), "variance": weight(3, low=0.3, high=2)}
    return norm(x=x, **parameters, is_training=False, **options)[0]


row("FusedBatchNorm", "default", lambda x: normalised(raw.FusedBatchNorm, x), real(2, 3, 2, 3))
row("FusedBatchNormV2", "epsilon", lambda x: normalised(raw.FusedBatchNormV2, x, epsilon=0.01), real(2, 3, 2, 3))
row("FusedBatchNormV3", "default", lambda x: normalised(raw.FusedBatchNormV3, x), real(2, 3, 2, 3))
row("FusedBatchNormV3", "epsilon", lambda x: normalised(raw.FusedBatchNormV3, x, epsilon=0.1), real(1, 2, 2, 3))
row("LRN", "default", lambda x: raw.LRN(input=x), real(1, 2, 2, 12, low=-3, high=3))
row("LRN", "attributes", lambda x: raw.LRN(input=x, depth_radius=2, bias=2.0, alpha=0.3, beta=0.75), real(1, 2, 3, 7, low=-3, high=3))

for shape in ((2, 3), (2, 4, 3), (2, 2, 4, 3), (1, 2, 2, 2, 3)):
    row("BiasAdd", f"last_{len(shape)}", lambda x: raw.BiasAdd(value=x, bias=weight(3)), real(*shape))
for shape in ((2, 3, 4), (2, 3, 2, 4), (1, 3, 2, 2, 2)):
    row("BiasAdd", f"first_{len(shape)}", lambda x: raw.BiasAdd(value=x, bias=weight(3), data_format="NCHW"), real(*shape))
row("BiasAddV1", "plain", lambda x: raw.BiasAddV1(value=x, bias=weight(3)), real(2, 2, 3))

TABLE = {"ResizeBicubic": (2e-3, "TensorFlow looks the kernel up in a table of 1024 steps a pixel")}
for op, size in (("ResizeBilinear", raw.ResizeBilinear), ("ResizeNearestNeighbor", raw.ResizeNearestNeighbor), ("ResizeBicubic", raw.ResizeBicubic)):
    for mode, options in (("plain", {}), ("corners", {"align_corners": True}), ("centres", {"half_pixel_centers": True})):
        for name, to in (("up", (7, 9)), ("down", (2, 3)), ("double", (8, 10)), ("half", (2, 2)), ("one", (1, 1)), ("same", (4, 5))):
            row(op, f"{mode}_{name}", lambda x, size=size, to=to, options=options: size(images=x, size=to, **options), real(1, 4, 5, 2), tolerance=TABLE.get(op))
    row(op, "computed", lambda x, to, size=size: size(images=x, size=to, half_pixel_centers=True), real(1, 4, 3, 2), given([5, 7]), tolerance=TABLE.get(op))
row("ResizeBilinear", "bytes", lambda x: raw.ResizeBilinear(images=x, size=[3, 5], half_pixel_centers=True), {"type": "uint8", "shape": [1, 2, 3, 1], "low": 0, "high": 255})
row("ResizeNearestNeighbor", "whole", lambda x: raw.ResizeNearestNeighbor(images=x, size=[3, 5], half_pixel_centers=True), {"type": "int32", "shape": [1, 2, 3, 1], "low": 0, "high": 255})

row("DepthToSpace", "two", lambda x: raw.DepthToSpace(input=x, block_size=2), real(1, 2, 3, 8))
row("DepthToSpace", "three", lambda x: raw.DepthToSpace(input=x, block_size=3), real(1, 2, 1, 9))
row("SpaceToDepth", "two", lambda x: raw.SpaceToDepth(input=x, block_size=2), real(1, 4, 6, 3))
row("SpaceToDepth", "three", lambda x: raw.SpaceToDepth(input=x, block_size=3), real(1, 3, 6, 2))


def in_blocks(x, block, pads, crops, filter, padding="VALID", depthwise=False):
    blocks = raw.SpaceToBatchND(input=x, block_shape=block, paddings=pads)
    convolve = raw.DepthwiseConv2dNative if depthwise else raw.Conv2D
    y = convolve(input=blocks, filter=filter, strides=[1, 1, 1, 1], padding=padding)
    return raw.BatchToSpaceND(input=y, block_shape=block, crops=crops)


row("SpaceToBatchND", "even", lambda x: in_blocks(x, [2, 2], [[2, 2], [2, 2]], [[0, 0], [0, 0]], weight(3, 3, 2, 2)), real(1, 6, 8, 2))
row("SpaceToBatchND", "uneven", lambda x: in_blocks(x, [2, 2], [[2, 3], [2, 3]], [[0, 1], [0, 1]], weight(3, 3, 2, 2)), real(1, 7, 5, 2))
row("SpaceToBatchND", "different", lambda x: in_blocks(x, [2, 3], [[1, 2], [0, 1]], [[0, 1], [1, 0]], weight(2, 2, 2, 2)), real(1, 5, 8, 2))
row("SpaceToBatchND", "depthwise", lambda x: in_blocks(x, [2, 2], [[2, 3], [2, 2]], [[0, 1], [0, 0]], weight(3, 3, 2, 2), depthwise=True), real(1, 7, 6, 2))
row("SpaceToBatchND", "same_inside", lambda x: in_blocks(x, [2, 2], [[0, 1], [0, 0]], [[0, 1], [0, 0]], weight(3, 3, 2, 2), "SAME"), real(1, 5, 6, 2))
row("SpaceToBatchND", "batch", lambda x: in_blocks(x, [2, 2], [[2, 2], [2, 2]], [[0, 0], [0, 0]], weight(3, 3, 2, 2)), real(2, 4, 4, 2))
row(
    "SpaceToBatchND",
    "computed",
    lambda x, pads, crops: in_blocks(x, [2, 2], pads, crops, weight(3, 3, 2, 2)),
    real(1, 7, 5, 2),
    given([[2, 3], [2, 3]]),
    given([[0, 1], [0, 1]]),
)
row("SpaceToBatchND", "alone", lambda x: raw.SpaceToBatchND(input=x, block_shape=[2, 3], paddings=[[1, 0], [0, 2]]), real(2, 3, 4, 2))
row("SpaceToBatchND", "vectors", lambda x: raw.SpaceToBatchND(input=x, block_shape=[2], paddings=[[1, 0]]), real(2, 3, 2))
row(
    "SpaceToBatchND",
    "line",
    lambda x: raw.BatchToSpaceND(
        input=tf.squeeze(
            raw.Conv2D(input=tf.expand_dims(raw.SpaceToBatchND(input=x, block_shape=[2], paddings=[[2, 3]]), 1), filter=weight(1, 3, 2, 2), strides=[1, 1, 1, 1], padding="VALID"), [1]
        ),
        block_shape=[2],
        crops=[[0, 1]],
    ),
    real(1, 7, 2),
)
row("BatchToSpaceND", "alone", lambda x: raw.BatchToSpaceND(input=x, block_shape=[2, 3], crops=[[1, 0], [0, 2]]), real(12, 3, 4, 2))
row("BatchToSpaceND", "vectors", lambda x: raw.BatchToSpaceND(input=x, block_shape=[2], crops=[[0, 1]]), real(4, 3, 2))
row("SpaceToBatch", "alone", lambda x: raw.SpaceToBatch(input=x, block_size=2, paddings=[[1, 0], [0, 1]]), real(2, 3, 3, 2))
row("BatchToSpace", "alone", lambda x: raw.BatchToSpace(input=x, block_size=2, crops=[[1, 0], [0, 1]]), real(8, 3, 2, 2))

for pad, padding in PADS.items():
    for kernel, stride, rate in ((2, 1, 1), (3, 2, 1), (2, 2, 2)):
        row(
            "ExtractImagePatches",
            f"{pad}_{kernel}_{stride}_{rate}",
            lambda x, padding=padding, kernel=kernel, stride=stride, rate=rate: raw.ExtractImagePatches(
                images=x, ksizes=[1, kernel, kernel, 1], strides=[1, stride, stride, 1], rates=[1, rate, rate, 1], padding=padding
            ),
            real(1, 5, 6, 2),
        )
row("ExtractImagePatches", "whole_image", lambda x: raw.ExtractImagePatches(images=x, ksizes=[1, 2, 3, 1], strides=[1, 2, 3, 1], rates=[1, 1, 1, 1], padding="VALID"), real(2, 4, 6, 3))
row("AdjustContrastv2", "plain", lambda x: raw.AdjustContrastv2(images=x, contrast_factor=1.7), real(2, 3, 4, 3))

BOXES = [[0.1, 0.1, 0.6, 0.6], [0.12, 0.1, 0.62, 0.6], [0.5, 0.5, 0.9, 0.95], [0.5, 0.52, 0.92, 0.9], [0.0, 0.7, 0.2, 0.95]]
SCORES = [0.9, 0.8, 0.75, 0.85, 0.3]
row("NonMaxSuppression", "plain", lambda b, s: raw.NonMaxSuppression(boxes=b, scores=s, max_output_size=3, iou_threshold=0.5), given(BOXES, "float32"), given(SCORES, "float32"))
row("NonMaxSuppressionV2", "plain", lambda b, s: raw.NonMaxSuppressionV2(boxes=b, scores=s, max_output_size=3, iou_threshold=0.5), given(BOXES, "float32"), given(SCORES, "float32"))
row("NonMaxSuppressionV3", "score", lambda b, s: raw.NonMaxSuppressionV3(boxes=b, scores=s, max_output_size=4, iou_threshold=0.6, score_threshold=0.4), given(BOXES, "float32"), given(SCORES, "float32"))
row(
    "NonMaxSuppressionV4",
    "plain",
    lambda b, s: raw.NonMaxSuppressionV4(boxes=b, scores=s, max_output_size=4, iou_threshold=0.5, score_threshold=0.0),
    given(BOXES, "float32"),
    given(SCORES, "float32"),
)
row(
    "NonMaxSuppressionV4",
    "padded",
    lambda b, s: raw.NonMaxSuppressionV4(boxes=b, scores=s, max_output_size=6, iou_threshold=0.5, score_threshold=0.0, pad_to_max_output_size=True),
    given(BOXES, "float32"),
    given(SCORES, "float32"),
)
row(
    "NonMaxSuppressionV5",
    "plain",
    lambda b, s: raw.NonMaxSuppressionV5(boxes=b, scores=s, max_output_size=4, iou_threshold=0.5, score_threshold=0.0, soft_nms_sigma=0.0),
    given(BOXES, "float32"),
    given(SCORES, "float32"),
)
row(
    "NonMaxSuppressionV5",
    "corners_swapped",
    lambda b, s: raw.NonMaxSuppressionV5(boxes=b, scores=s, max_output_size=4, iou_threshold=0.5, score_threshold=0.5, soft_nms_sigma=0.0),
    given([[y2, x1, y1, x2] for y1, x1, y2, x2 in BOXES], "float32"),
    given(SCORES, "float32"),
)
