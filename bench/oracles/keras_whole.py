"""Writes Keras applications as whole models with untrained weights, for scripts/catalogue.ts to measure: neither size nor cost depends on the weights.

    python bench/oracles/keras_whole.py FOLDER MobileNetV2 ResNet50 …
"""

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras


def main(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        keras.utils.set_random_seed(1)
        getattr(keras.applications, name)(weights=None).save(folder / f"{name}.keras")


main(Path(sys.argv[1]), sys.argv[2:])
