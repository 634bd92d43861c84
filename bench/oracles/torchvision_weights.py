"""Writes the table of torchvision's published weights: classification and segmentation.

    python bench/oracles/torchvision_weights.py src/bases/hub/torch/generated

Every value is what torchvision says of itself. It has to be 0.16 or newer: older ones name the files of EfficientNet by hashes that these no
longer have (pytorch/vision, issue 7744).
"""

import json
import math
import sys
from pathlib import Path

import torchvision
from torchvision import models
from torchvision.models import get_model_weights, list_models, segmentation

STORAGE = "https://download.pytorch.org/models/"

TASKS = {"ImageClassification": "image-classification", "SemanticSegmentation": "segmentation"}

IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])

# The licence that the file at the address in the weights' metadata holds.
LICENCES = {"https://github.com/facebookresearch/SWAG/blob/main/LICENSE": "CC-BY-NC-4.0"}

# A list of categories by the beginning of the names of the weights that have it.
LISTS = {"IMAGENET1K": "ImageNet-1k", "COCO_WITH_VOC_LABELS": "COCO with the labels of Pascal VOC"}


def quoted(value):
    """A value as TypeScript, with single quotes where they need no escape."""
    text = json.dumps(value, ensure_ascii=False)
    return f"'{value}'" if isinstance(value, str) and not any(c in text[1:-1] for c in "'\\") else text


def key(name):
    return name if name.isidentifier() else quoted(name)


def fields(row):
    return "{ " + ", ".join(f"{key(name)}: {value}" for name, value in row.items() if value is not None) + " }"


def transforms(preset):
    (resize,), (crop,) = preset.resize_size, getattr(preset, "crop_size", [None])
    row = fields({"resize": resize, "crop": crop, "interpolation": quoted(preset.interpolation.value)})
    normalised = "...imageNet" if (preset.mean, preset.std) == IMAGENET else f"mean: {preset.mean}, std: {preset.std}"
    return f"{row[:-2]}, {normalised} }}"


def row_of(entrypoint, weights, lists):
    meta = weights.meta
    (metrics,) = meta["_metrics"].values()
    assert weights.url.startswith(STORAGE)
    name = next(name for prefix, name in LISTS.items() if weights.name.startswith(prefix))
    if meta["categories"]:
        assert lists.setdefault(name, meta["categories"]) == meta["categories"]
    return {
        "entrypoint": quoted(entrypoint),
        "weights": quoted(weights.name),
        "isDefault": "true" if weights is type(weights).DEFAULT else None,
        "file": quoted(weights.url.removeprefix(STORAGE)),
        "task": quoted(TASKS[weights.transforms.func.__name__]),
        "categories": quoted(name) if meta["categories"] else None,
        "parameters": meta["num_params"],
        "metrics": fields({name: value for name, value in metrics.items() if not math.isnan(value)}).replace("{  }", "{}"),
        "transforms": transforms(weights.transforms()),
        "licence": quoted(LICENCES[meta["license"]]) if "license" in meta else None,
        "source": quoted(meta["recipe"]),
    }


def main(folder):
    assert tuple(int(part) for part in torchvision.__version__.split(".")[:2]) >= (0, 16), "torchvision is too old"
    lists = {}
    names = sorted([*list_models(module=models), *list_models(module=segmentation)])
    rows = [fields(row_of(name, weights, lists)) for name in names for weights in get_model_weights(name)]
    heading = "// Written by bench/oracles/torchvision_weights.py from torchvision " + torchvision.__version__.split("+")[0] + ".\n"
    mean, std = IMAGENET
    table = "".join(f"  {row},\n" for row in rows)
    (folder / "weights.ts").write_text(
        f"{heading}import type {{ TorchRow }} from '../row.js';\n\n"
        f"const imageNet = {fields({'mean': mean, 'std': std})} as const;\n\n"
        f"export const torchWeights: readonly TorchRow[] = [\n{table}];\n"
    )
    table = "".join(f"  {quoted(name)}: {json.dumps(categories, ensure_ascii=False)},\n" for name, categories in lists.items())
    (folder / "categories.ts").write_text(
        f"{heading}export const torchCategories: Readonly<Record<string, readonly string[]>> = {{\n{table}}};\n"
    )


main(Path(sys.argv[1]))
