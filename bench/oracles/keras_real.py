"""Writes what Keras computes with models that people published, which lie outside the repository.

    python bench/oracles/keras_real.py FOLDER test/keras/real.json
"""

import json
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
from generator import uniform

SEED = 21


def from_weights(path):
    """The model whose weights lie there, as its authors built it."""
    layers = [keras.layers.Dense(24, "relu"), keras.layers.Dense(24, "relu"), keras.layers.Dense(2)]
    model = keras.Sequential([keras.Input((4,)), *layers])
    model.load_weights(path)
    return model


def golden(model, file):
    # More than one would say no more of the import.
    (x,) = model.inputs
    given = {"stream": f"{file}:input0", "type": x.dtype, "shape": [2, *x.shape[1:]], "high": 1}
    y = model(uniform(SEED, given["stream"], given["shape"], 0, 1))
    return {"inputs": [given], "outputs": [{"shape": list(y.shape), "values": np.ravel(y).tolist()}], "parameters": model.count_params()}


def main(folder, target):
    files = sorted(path for ending in ["h5", "keras"] for path in folder.glob(f"keras_[hv][35]/**/*.{ending}"))
    named = {str(path.relative_to(folder)): path for path in files}
    cases = {file: golden(keras.saving.load_model(path, compile=False), file) for file, path in named.items()}
    weights = {str(path.relative_to(folder)): path for path in sorted(folder.glob("keras_h5_weights/**/*.h5"))}
    cases.update({file: golden(from_weights(path), file) for file, path in weights.items()})
    target.write_text(json.dumps({"keras": keras.__version__, "seed": SEED, "cases": cases}) + "\n")


main(Path(sys.argv[1]), Path(sys.argv[2]))
