"""Writes test/keras/applications.json: what Keras computes with every architecture of Keras Applications.

    python bench/oracles/keras_applications.py test/keras/applications.json [NAME ...]

Weights and inputs come from the generator of src/core/random.ts, so that a test can make both without reading them. Names given after the
file are computed anew; the rest of the file stays.
"""

import json
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
from generator import hash_name, uniform
from keras import applications

SEED = 21
SAMPLES = 16

# Where the pixels of an input lie: between these where the caller prepares them, else as a file has them.
PREPARED, PIXELS = (-1, 1), (0, 255)

# Factors of the weights that are tried: closer where many layers multiply them.
GAINS = [0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.35, 1.4, 1.43, 1.46, 1.49, 1.52, 1.55, 1.6]

# Options of a relative that is fast to compute: without the classifier, and narrower where the family allows it.
SMALL = {"MobileNet": {"alpha": 0.25}, "MobileNetV2": {"alpha": 0.35}, "MobileNetV3Small": {"alpha": 0.75}, "MobileNetV3Large": {"alpha": 0.75}}

NAMES = [
    *["VGG16", "VGG19", "ResNet50", "ResNet101", "ResNet152", "ResNet50V2", "ResNet101V2", "ResNet152V2"],
    *["InceptionV3", "InceptionResNetV2", "Xception", "NASNetMobile", "NASNetLarge", "DenseNet121", "DenseNet169", "DenseNet201"],
    *["MobileNet", "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large"],
    *[f"EfficientNetB{i}" for i in range(8)],
    *[f"EfficientNetV2{i}" for i in ["B0", "B1", "B2", "B3", "S", "M", "L"]],
    *[f"ConvNeXt{size}" for size in ["Tiny", "Small", "Base", "Large", "XLarge"]],
]

# Largest models whose outputs are computed; of the others the layers are compared.
MOST_PARAMETERS = 150e6


def build(name, **options):
    keras.backend.clear_session()
    return getattr(applications, name)(weights=None, **options)


def legacy_weights(model):
    """Every weight with its place, in the order of HDF5 files, without counters."""
    for layer in model.layers:
        for weight in layer.trainable_weights + layer.non_trainable_weights:
            if "float" in weight.dtype:
                yield path_of(layer, weight), weight

# Logits of a full-size model stay below.
MOST_LOGIT = 100


def path_of(layer, weight):
    """The weight's place from its layer on, without the scopes before; LayerScale gives its weight no name."""
    parts = weight.path.split("/")
    inner = parts[parts.index(layer.name) : -1]
    return "/".join([*inner, "gamma" if parts[-1].startswith("variable") else parts[-1]])


def range_of(path, shape, gain):
    """Where the numbers of a weight lie, so that what goes through many layers neither vanishes nor grows without bound."""
    kind = path.split("/")[-1]
    if kind in ["gamma", "moving_variance", "variance"]:
        return 0.5, 1.5
    if "kernel" not in kind:
        return -0.1, 0.1
    depthwise = len(shape) == 4 and shape[-1] == 1
    fan_in = np.prod(shape[:2] if depthwise else shape[:-1])
    bound = gain * float(np.sqrt(3 / fan_in))
    return -bound, bound


def fill(model, gain):
    for path, weight in legacy_weights(model):
        low, high = range_of(path, weight.shape, gain)
        weight.assign(uniform(SEED, path, weight.shape, low, high))
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def structure(model):
    """Two numbers that change when a layer or a weight does."""
    layers = [f"{type(operation).__name__} {operation.name}" for operation in model.operations]
    weights = [f"{path} {list(weight.shape)}" for path, weight in legacy_weights(model)]
    return {"layers": hash_name("\n".join(layers)), "weights": hash_name("\n".join(weights))}


def image_of(name, size):
    low, high = PIXELS if name.startswith(("Efficient", "ConvNeXt", "MobileNetV3")) else PREPARED
    return {"size": size, "low": low, "high": high}, uniform(SEED, "image", [1, size, size, 3], low, high)


def output_of(model, name, size):
    given, image = image_of(name, size)
    y = np.ravel(model(image, training=False))
    step = max(1, y.size // SAMPLES)
    sample = {"step": step, "values": y[::step][:SAMPLES].tolist()}
    return {"input": given, "shape": list(model.output_shape[1:]), **sample, "mean": float(np.mean(np.abs(y))), "max": float(np.max(np.abs(y)))}


def best_gain(model, name, size):
    """The smallest gain with which the output depends on the image: with a larger one, deep models make much of a rounding error."""
    fill(model, 1)
    kernels = [(weight, weight.numpy()) for path, weight in legacy_weights(model) if "kernel" in path]
    _, image = image_of(name, size)
    for gain in GAINS:
        for weight, value in kernels:
            weight.assign(value * gain)
        a, b = np.ravel(model(image, training=False)), np.ravel(model(image[:, ::-1], training=False))
        if np.std(a - b) > 0.05 * np.std(a):
            return gain
    raise ValueError(f"the output of {name} does not depend on its input")


def small(name):
    options = SMALL.get(name, {})
    size = 96 if name.startswith(("Inception", "Xception")) else 64
    model = build(name, include_top=False, input_shape=(size, size, 3), **options)
    gain = best_gain(model, name, size)
    fill(model, gain)
    return {**options, "gain": gain, "parameters": model.count_params(), **output_of(model, name, size)}


def full(name, gain, model):
    """With the gain of the small one, or the next smaller one with which values do not grow from layer to layer: a rounding error would grow with them."""
    while True:
        fill(model, gain)
        found = output_of(model, name, model.input_shape[1])
        if found["max"] < MOST_LOGIT:
            return {"gain": gain, **found}
        gain = round(gain - 0.05, 2)


def case(name):
    # The input of a MobileNetV3 has no size of its own.
    size = build(name).input_shape[1] or 224
    shape = (size, size, 3)
    bare = structure(build(name, include_top=False, input_shape=shape))
    tiny = small(name) if build(name).count_params() < MOST_PARAMETERS else None
    # Of probabilities, one would hide the others.
    model = build(name, input_shape=shape, classifier_activation=None)
    facts = {"parameters": model.count_params(), "size": size, "top": structure(model), "bare": bare}
    return {**facts, **({"small": tiny, "full": full(name, tiny["gain"], model)} if tiny else {})}


def main(target, names):
    known = json.loads(target.read_text())["cases"] if target.exists() else {}
    for name in names or NAMES:
        known[name] = case(name)
        print(name, known[name]["parameters"], flush=True)
        cases = {name: known[name] for name in NAMES if name in known}
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items())
        target.write_text(f'{{"keras": "{keras.__version__}", "seed": {SEED}, "cases": {{\n{lines}\n}}}}\n')


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
