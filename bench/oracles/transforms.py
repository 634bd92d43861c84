"""What torchvision and Pillow make of a small image: python3 bench/oracles/transforms.py test/golden/transforms.json"""

import base64
import json
import sys

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision.transforms import RandAugment, functional
from torchvision.transforms.autoaugment import _apply_op
from torchvision.transforms.functional import InterpolationMode

NAMES = {
    "Identity": "identity",
    "ShearX": "shear-x",
    "ShearY": "shear-y",
    "TranslateX": "translate-x",
    "TranslateY": "translate-y",
    "Rotate": "rotate",
    "Brightness": "brightness",
    "Color": "color",
    "Contrast": "contrast",
    "Sharpness": "sharpness",
    "Posterize": "posterize",
    "Solarize": "solarize",
    "AutoContrast": "auto-contrast",
    "Equalize": "equalize",
}
FILL = [9, 20, 31]
WIDTH, HEIGHT = 19, 13


def picture(channels):
    """Slopes with noise that covers a part of the range, so that contrast and histograms have something to do."""
    noise = np.random.RandomState(7).randint(0, 40, (HEIGHT, WIDTH, channels))
    y, x, c = np.mgrid[0:HEIGHT, 0:WIDTH, 0:channels]
    return np.clip(20 + 9 * x + 3 * y * (c + 1) + noise - 15 * c, 0, 255).astype(np.uint8)


def encode(image):
    return base64.b64encode(np.asarray(image, dtype=np.uint8).tobytes()).decode()


def operations(image, channels):
    space = RandAugment()._augmentation_space(31, (HEIGHT, WIDTH))
    fill = FILL if channels == 3 else FILL[:1]
    cases = []
    for name, (magnitudes, signed) in space.items():
        for bin in (4, 9, 30) if magnitudes.ndim else (0,):
            for sign in (1, -1) if signed else (1,):
                amount = sign * float(magnitudes[bin]) if magnitudes.ndim else 0.0
                result = _apply_op(image, name, amount, InterpolationMode.NEAREST, fill)
                cases.append({"operation": NAMES[name], "bin": bin, "amount": amount, "pixels": encode(result)})
    return cases


def affine(image):
    cases = []
    for angle, translate, scale, shear in [(0, [3, -2], 1, [0, 0]), (20, [0, 0], 1.3, [0, 0]), (-35, [2, 1], 0.7, [12, -8])]:
        result = functional.affine(image, angle, translate, scale, shear, InterpolationMode.BILINEAR, fill=FILL)
        cases.append({"angle": angle, "translate": translate, "scale": scale, "shear": shear, "pixels": encode(result)})
    return cases


def perspective(image):
    start = [[0, 0], [WIDTH - 1, 0], [WIDTH - 1, HEIGHT - 1], [0, HEIGHT - 1]]
    cases = []
    for end in ([[2, 1], [16, 3], [18, 12], [1, 10]], [[4, 0], [15, 2], [14, 9], [3, 12]]):
        result = functional.perspective(image, start, end, InterpolationMode.BILINEAR, fill=FILL)
        cases.append({"end": end, "pixels": encode(result)})
    return cases


def blur(image):
    return [{"kernel": k, "sigma": s, "pixels": encode(functional.gaussian_blur(image, k, s))} for k, s in ((3, 0.6), (5, 1.1), (9, 2.0))]


def main(path):
    coloured, grey = Image.fromarray(picture(3)), Image.fromarray(picture(1)[:, :, 0])
    content = {
        "versions": {"torchvision": torchvision.__version__, "pillow": PIL.__version__, "torch": torch.__version__},
        "width": WIDTH,
        "height": HEIGHT,
        "fill": FILL,
        "images": {"3": encode(coloured), "1": encode(grey)},
        "operations": {"3": operations(coloured, 3), "1": operations(grey, 1)},
        "affine": affine(coloured),
        "perspective": perspective(coloured),
        "blur": blur(coloured),
    }
    with open(path, "w") as file:
        json.dump(content, file, indent=1)
        file.write("\n")


main(sys.argv[1])
