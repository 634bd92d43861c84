"""Writes test/keras/weights/: files of weights without layers, as Keras 2 and 3 write them, and what Keras computes with them.

    python bench/oracles/keras_weights.py test/keras/weights

Keras 3 reads the layout of Keras 2 and still has the code that wrote it.
"""

import gzip
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import h5py
import keras
import numpy as np
from generator import uniform
from keras import layers
from keras.src.legacy.saving import legacy_h5_format

SEED = 21


def fill(model):
    """Kernels of two values, so that files stay small when packed; statistics and shifts as usual."""
    for index, weight in enumerate(model.weights):
        if "float" not in weight.dtype:
            continue
        spread = uniform(SEED, f"{model.name}:{index}", weight.shape, -1, 1)
        if "kernel" in weight.path:
            fan_in = np.prod(weight.shape[:2] if weight.shape[-1] == 1 else weight.shape[:-1])
            weight.assign(np.where(spread < 0, -1, 1) * np.sqrt(2 / fan_in))
        elif "gamma" in weight.path or "variance" in weight.path:
            weight.assign(1 + np.round(spread * 2) / 8)
        else:
            weight.assign(np.round(spread * 2) / 16)


def mobilenet(**options):
    keras.backend.clear_session()
    return keras.applications.MobileNet(weights=None, alpha=0.25, input_shape=(224, 224, 3), **options)


def branches(width=4, dtype="float32"):
    """Branches of unequal length, a nested model with statistics, names that count."""
    image = keras.Input((8, 8, 3))
    stem = layers.Conv2D(width, 3, dtype=dtype)(image)
    short = layers.Conv2D(width, 1, dtype=dtype)(stem)
    long = layers.ReLU()(layers.BatchNormalization(dtype=dtype)(layers.Conv2D(width, 3, padding="same", dtype=dtype)(stem)))
    inner = keras.Sequential([layers.Conv2D(width, 1, dtype=dtype), layers.BatchNormalization(dtype=dtype), layers.Conv2D(2, 1, dtype=dtype)])
    return keras.Model(image, layers.Dense(3, dtype=dtype)(layers.GlobalAveragePooling2D()(inner(layers.Add()([short, long])))))


def packed(target, write):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / target.name.removesuffix(".gz")
        write(path)
        target.write_bytes(gzip.compress(path.read_bytes(), mtime=0))


def legacy(model):
    def write(path):
        with h5py.File(path, "w") as file:
            legacy_h5_format.save_weights_to_hdf5_group(file, model)

    return write


def output_of(model):
    shape = [1, *model.input_shape[1:]]
    y = np.ravel(model(uniform(SEED, "image", shape, -1, 1), training=False))
    step = max(1, y.size // 16)
    sample = {"step": step, "values": y[::step][:16].tolist()}
    given = {"size": shape[1], "low": -1, "high": 1}
    return {"input": given, "shape": list(model.output_shape[1:]), **sample, "mean": float(np.mean(np.abs(y))), "max": float(np.max(np.abs(y)))}


def prepared():
    """What a red, a green and a blue value become, by architecture, before its network sees them."""
    modules = [module for module in vars(keras.applications).values() if hasattr(module, "preprocess_input")]
    rows = [(name, module) for module in modules for name in vars(module) if callable(vars(module)[name]) and name[0].isupper()]
    return {name: np.ravel(module.preprocess_input(np.array([[[[10.0, 100.0, 200.0]]]]))).tolist() for name, module in rows}


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    cases = {}

    def save(name, architecture, model, write):
        packed(folder / f"{name}.gz", write(model) if write is legacy else model.save_weights)
        cases[name] = {"architecture": architecture, **output_of(model)}

    for top, model in [("", mobilenet(classes=10)), ("-notop", mobilenet(include_top=False))]:
        fill(model)
        save(f"mobilenet{top}.h5", "MobileNet", model, legacy)
        save(f"mobilenet{top}.weights.h5", "MobileNet", model, keras.Model.save_weights)
    keras.backend.clear_session()
    first = branches()
    (folder / "branches.json").write_text(json.dumps(json.loads(first.to_json())) + "\n")
    # Made later in the same program, its layers have other numbers than those of the configuration.
    later = branches()
    fill(later)
    save("branches.h5", "branches.json", later, legacy)
    save("branches.weights.h5", "branches.json", later, keras.Model.save_weights)
    for dtype in ["float16", "bfloat16", "float64"]:
        model = branches(dtype=dtype)
        fill(model)
        # What is stored computes as float32 here.
        same = branches()
        same.set_weights([np.asarray(value, dtype="float32") for value in model.get_weights()])
        packed(folder / f"{dtype}.weights.h5.gz", model.save_weights)
        packed(folder / f"{dtype}.h5.gz", legacy(model))
        cases[f"{dtype}.weights.h5"] = cases[f"{dtype}.h5"] = {"architecture": "branches.json", **output_of(same)}
    (folder / "golden.json").write_text(json.dumps({"keras": keras.__version__, "seed": SEED, "cases": cases, "prepared": prepared()}) + "\n")


main(Path(sys.argv[1]))
