"""Writes test/keras/: tiny Keras models in both of Keras' full-model formats, and what Keras itself computes with them.

    python bench/oracles/keras_layers.py test/keras [NAME ...]

Weights and inputs come from the generator of src/core/random.ts, so that a test can make the inputs without reading them.
Names given after the folder are written anew; the other files stay.
"""

import gzip
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
from generator import integers, uniform
from keras import layers
from keras.src.applications.convnext import LayerScale, StochasticDepth
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

SEED = 21


def cnn():
    """Convolution, normalisation with its statistics, pooling, dropout, flattening."""
    return keras.Sequential(
        [
            keras.Input((12, 10, 3)),
            layers.Rescaling(1 / 127.5, offset=-1),
            layers.Conv2D(6, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Conv2D(4, (3, 1), strides=2, use_bias=False),
            layers.BatchNormalization(scale=False, epsilon=1e-2),
            layers.ReLU(max_value=6),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(5, activation="softmax"),
        ],
        name="cnn",
    )


def residual():
    """Branches that are added and concatenated, depthwise and separable convolutions, both global pools."""
    image = keras.Input((9, 9, 4), name="image")
    padded = layers.ZeroPadding2D(((1, 0), (2, 1)))(image)
    stem = layers.Conv2D(6, 3, strides=2, activation="swish")(padded)
    deep = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=1)(stem)
    deep = layers.LayerNormalization()(deep)
    deep = layers.LeakyReLU(negative_slope=0.1)(deep)
    added = layers.Add()([stem, deep])
    wide = layers.SeparableConv2D(5, 3, padding="same", activation="gelu")(added)
    both = layers.Concatenate()([added, wide])
    both = layers.PReLU(shared_axes=[1, 2])(both)
    mean, peak = layers.GlobalAveragePooling2D()(both), layers.GlobalMaxPooling2D()(both)
    label = layers.Dense(3, activation="softmax", name="label")(layers.Average()([mean, peak]))
    up = layers.Conv2DTranspose(2, 3, strides=2, padding="same", name="up")(added)
    return keras.Model(image, [label, up], name="residual")


def nested():
    """Models inside a model, one of them called twice; every model has a layer `dense`."""
    inner = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="tanh", name="dense")], name="inner")
    part = keras.Input((6,))
    tower = layers.Dense(6, activation="relu", name="dense")(part)
    tower = layers.BatchNormalization(name="norm")(tower)
    shared = keras.Model(part, inner(tower), name="shared")
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    joined = layers.Subtract()([shared(left), shared(right)])
    first = layers.Dense(5, name="dense")(joined)
    return keras.Model([left, right], layers.Dense(2, name="other")(first), name="nested")


def mlp():
    """A table's columns through dense layers."""
    return keras.Sequential(
        [
            keras.Input((7,)),
            layers.Normalization(),
            layers.Dense(8, activation="elu"),
            layers.UnitNormalization(),
            layers.Dense(6, activation="hard_sigmoid"),
            layers.Dense(1),
        ],
        name="mlp",
    )


def recurrent():
    """Every recurrent layer, alone and in the wrappers."""
    steps = keras.Input((5, 3), name="steps")
    x = layers.LSTM(4, return_sequences=True)(steps)
    x = layers.Bidirectional(layers.GRU(3, return_sequences=True))(x)
    x = layers.TimeDistributed(layers.Dense(4, activation="relu"))(x)
    x = layers.Conv1D(4, 2, padding="causal")(x)
    x = layers.SimpleRNN(3)(x)
    return keras.Model(steps, layers.Dense(2)(x), name="recurrent")


def arithmetic():
    """Operations with numbers and between values, as people write them between layers."""
    image = keras.Input((6, 6, 3), name="image")
    x = layers.Conv2D(4, 3)(image / 2 - 0.25)
    gate = layers.ReLU(max_value=6)(x + 3.0) * (1 / 6)
    x = keras.ops.maximum(x * gate, 0.1 - gate)
    squeezed = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.GlobalMaxPooling2D()(x * (1 + squeezed))
    return keras.Model(image, layers.Dense(2)(2 / (x * x + 1)), name="arithmetic")


def words():
    """Whole numbers through a table of vectors."""
    return keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            layers.Embedding(9, 5),
            layers.SpatialDropout1D(0.1),
            layers.GroupNormalization(groups=-1, center=False),
            layers.GlobalAveragePooling1D(),
            layers.Dense(3, activation="sigmoid"),
        ],
        name="words",
    )


def attentive():
    """Both kinds of attention, products by equations, normalisation by the root of the mean square."""
    steps = keras.Input((6, 8), name="steps")
    memory = keras.Input((4, 5), name="memory")
    x = layers.MultiHeadAttention(2, 3)(steps, steps)
    x = layers.RMSNormalization()(layers.Add()([steps, x]))
    y = layers.MultiHeadAttention(3, 2, value_dim=4, use_bias=False)(x, memory, key=memory)
    z = layers.Attention(use_scale=True)([y, x])
    z = layers.EinsumDense("abc,cde->abde", output_shape=(None, 2, 3), bias_axes="de", activation="tanh")(z)
    z = layers.EinsumDense("abcd,cde->abe", output_shape=(None, 5))(layers.Identity()(z))
    mixed = layers.Attention()([z, layers.Dense(3)(memory), memory])
    return keras.Model([steps, memory], layers.Dense(2)(layers.GlobalAveragePooling1D()(mixed)), name="attentive")


def augmented():
    """Layers that change images in training alone."""
    image = keras.Input((8, 8, 3), name="image")
    x = layers.RandomContrast(0.2)(layers.RandomZoom(0.1)(layers.RandomRotation(0.1)(layers.RandomFlip()(image))))
    x = layers.RandomTranslation(0.1, 0.1)(layers.RandomBrightness(0.2, value_range=(0, 1))(x))
    x = layers.GaussianNoise(0.1)(layers.Conv2D(4, 3)(x))
    return keras.Model(image, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)), name="augmented")


def scaled():
    """The layers that Keras Applications bring along."""
    image = keras.Input((6, 6, 3), name="image")
    x = layers.Conv2D(4, 3, padding="same")(image)
    y = LayerScale(0.1, 4)(layers.Dense(4, activation="gelu")(LayerScale(0.1, 4)(x)))
    x = layers.BatchNormalization()(CustomScaleLayer(0.3)([x, StochasticDepth(0.2)(y)]))
    return keras.Model(image, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)), name="scaled")


MODELS = [cnn, residual, nested, mlp, recurrent, arithmetic, words, attentive, augmented, scaled]

# Where a model's inputs end, which begin at 0.
HIGH = {"cnn": 255, "words": 9}


def fill(model):
    for index, weight in enumerate(model.weights):
        if weight.dtype != "float32":
            continue
        low, high = (0.5, 1.5) if "variance" in weight.path or "gamma" in weight.path else (-0.5, 0.5)
        weight.assign(uniform(SEED, f"{model.name}:{index}", weight.shape, low, high))


def golden(model):
    high = HIGH.get(model.name, 1)
    inputs = [
        {"stream": f"{model.name}:input{i}", "type": x.dtype, "shape": [2, *x.shape[1:]], "high": high} for i, x in enumerate(model.inputs)
    ]
    arrays = [(integers if x["type"] == "int32" else uniform)(SEED, x["stream"], x["shape"], 0, high) for x in inputs]
    # Random layers called without saying so take it for training.
    outputs = model(arrays if len(arrays) > 1 else arrays[0], training=False)
    listed = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return {
        "inputs": inputs,
        "outputs": [{"shape": list(y.shape), "values": np.ravel(y).tolist()} for y in listed],
    }


def written(model, name):
    """The bytes of the file `name` as Keras writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        if name.endswith(".weights.h5"):
            model.save_weights(path)
        else:
            model.save(path)
        return path.read_bytes()


def read_again(model):
    """The model as its file gives it: Normalization computes with the statistics it had before `fill`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        own = {layer.__name__: layer for layer in [LayerScale, StochasticDepth, CustomScaleLayer]}
        return keras.saving.load_model(path, custom_objects=own)


def refused():
    """Files that must be refused: weights without a model, Python code, an operation that is no layer."""
    # Keras stores the code with the path of its file, which says where the script lay.
    double = eval(compile("lambda x: x * 2", "double.py", "eval"))
    code = keras.Sequential([keras.Input((2,)), layers.Lambda(double, name="double"), layers.Dense(1)])
    x = keras.Input((2,))
    operation = keras.Model(x, keras.ops.average(layers.Dense(3)(x), axis=1))
    return [(mlp(), "mlp.weights.h5"), (code, "lambda.keras"), (code, "lambda.h5"), (operation, "operation.keras"), (operation, "operation.h5")]


def main(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(SEED)
    models = [make() for make in MODELS if not names or make.__name__ in names]
    for model in models:
        fill(model)
    files = [] if names else refused()
    # Keras cannot write random layers to HDF5.
    files += [(model, f"{model.name}.{ending}") for model in models for ending in (["keras"] if model.name == "augmented" else ["keras", "h5"])]
    for model, name in files:
        # HDF5 is mostly padding where tensors are tiny; no time stamp.
        (folder / f"{name}.gz").write_bytes(gzip.compress(written(model, name), mtime=0))
    known = json.loads((folder / "golden.json").read_text())["cases"] if names else {}
    cases = {**known, **{model.name: golden(read_again(model)) for model in models}}
    (folder / "golden.json").write_text(json.dumps({"keras": keras.__version__, "seed": SEED, "cases": cases}) + "\n")


main(Path(sys.argv[1]), sys.argv[2:])
