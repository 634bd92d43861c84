"""Writes test/keras/training.json: the losses of three steps of gradient descent on applications, as Keras takes them.

    python bench/oracles/keras_training.py test/keras/applications.json test/keras/training.json [NAME ...]

One of each family, with normalisation by running statistics, as for fine-tuning. Names given
after the files are trained anew; the rest of the file stays.
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from generator import uniform
from keras_applications import SEED, SMALL, build, fill, image_of

NAMES = ["MobileNetV2", "MobileNet", "MobileNetV3Small", "DenseNet121", "EfficientNetB0", "EfficientNetV2B0", "NASNetMobile"]
NAMES += ["ResNet50", "ResNet50V2", "VGG16", "Xception", "InceptionV3", "InceptionResNetV2", "ConvNeXtTiny"]
STEPS = 3
CLASSES = 5
LABELS = np.array([1, 3])


def losses_of(name, size, gain, rate):
    model = build(name, input_shape=(size, size, 3), classes=CLASSES, classifier_activation=None, **SMALL.get(name, {}))
    fill(model, gain)
    given, _ = image_of(name, size)
    images = uniform(SEED, "images", [2, size, size, 3], given["low"], given["high"])
    losses = []
    for _ in range(STEPS + 1):
        with tf.GradientTape() as tape:
            logits = model(images, training=False)
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(LABELS, logits, from_logits=True))
        losses.append(float(loss))
        for weight, gradient in zip(model.trainable_variables, tape.gradient(loss, [w.value for w in model.trainable_variables])):
            weight.assign_sub(rate * gradient)
    return losses


def case(name, known):
    """With the largest rate at which the loss falls in every step, but not by a tenth: beyond, a step makes much of a rounding error."""
    size = 96 if name in ["InceptionV3", "InceptionResNetV2", "Xception"] else 64
    for rate in [0.1, 0.03, 0.01, 0.003, 1e-3, 1e-4, 1e-5, 1e-6]:
        losses = losses_of(name, size, known["small"]["gain"], rate)
        if all(before * 0.9 < after < before for before, after in zip(losses, losses[1:])):
            given, _ = image_of(name, size)
            return {"alpha": SMALL.get(name, {}).get("alpha", 1), "gain": known["small"]["gain"], "input": given, "rate": rate, "losses": losses[:STEPS]}
    raise ValueError(f"the loss of {name} does not fall")


def main(applications, target, names):
    known = json.loads(applications.read_text())["cases"]
    trained = json.loads(target.read_text())["cases"] if names else {}
    for name in names or NAMES:
        trained[name] = case(name, known[name])
        print(name, trained[name], flush=True)
    cases = {name: trained[name] for name in NAMES if name in trained}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items())
    target.write_text(f'{{"keras": "{keras.__version__}", "seed": {SEED}, "labels": {LABELS.tolist()}, "classes": {CLASSES}, "cases": {{\n{lines}\n}}}}\n')


main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
