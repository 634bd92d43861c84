"""What pycocotools 2.0.11 fills of polygons and runs, for src/learning/data/masks/coco.

Usage: python coco_masks.py test/golden/coco-masks.json   (needs pycocotools and numpy alone)
"""
import json
import sys

import numpy as np
from pycocotools import mask as coco


def polygons(rng):
    """Corner lists [x, y, ...] in an image of (height, width): plain, thin, crossing itself, with corners on pixel borders, partly outside."""
    yield (6, 8), [1, 1, 5, 1, 5, 4, 1, 4]
    yield (6, 8), [1.5, 1.5, 5.5, 1.5, 5.5, 4.5, 1.5, 4.5]
    yield (6, 8), [0, 0, 8, 0, 8, 6, 0, 6]
    yield (6, 8), [0, 0, 7, 5, 0, 5, 7, 0]
    yield (6, 8), [-3, -2, 4, 3, -3, 8]
    yield (6, 8), [5, 2, 12, 2, 12, 9, 5, 9]
    yield (6, 8), [-5, -5, -1, -5, -1, -1]
    yield (6, 8), [2, 2, 2, 2, 2, 2]
    yield (6, 8), [2, 0, 2.1, 6, 2.2, 0]
    yield (1, 1), [0, 0, 1, 0, 1, 1, 0, 1]
    for _ in range(40):
        height, width = (int(side) for side in rng.integers(1, 24, 2))
        corners = int(rng.integers(3, 9))
        points = rng.uniform(-0.4, 1.4, (corners, 2)) * [width, height]
        decimals = int(rng.integers(0, 4))
        yield (height, width), np.round(points, decimals).ravel().tolist()


def main(path):
    rng = np.random.default_rng(7)
    drawn = []
    for (height, width), corners in polygons(rng):
        rle = coco.frPyObjects([corners], height, width)[0]
        drawn.append({"size": [height, width], "polygon": corners, "pixels": pixels(rle)})
    runs = []
    for _ in range(20):
        height, width = (int(side) for side in rng.integers(1, 40, 2))
        # Long runs, and short ones, which are differences to the run before the last and may be negative.
        blocks = np.repeat(rng.random((height, width)) < rng.uniform(0, 1), int(rng.integers(1, 30)), axis=1)[:, :width]
        rle = coco.encode(np.asfortranarray(blocks.astype(np.uint8)))
        flat = blocks.ravel(order="F").astype(np.int8)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], flat]))).tolist() + [flat.size]
        counts = np.diff(np.concatenate([[0], edges])).astype(int).tolist()
        assert pixels(coco.frPyObjects({"size": [height, width], "counts": counts}, height, width)) == pixels(rle)
        runs.append({"size": [height, width], "counts": counts, "compressed": rle["counts"].decode(), "pixels": pixels(rle)})
    with open(path, "w") as file:
        json.dump({"polygons": drawn, "runs": runs}, file, separators=(",", ":"))
        file.write("\n")


def pixels(rle):
    """Rows from the top, 8 pixels a byte."""
    return np.packbits(coco.decode(rle).ravel()).tobytes().hex()


if __name__ == "__main__":
    main(sys.argv[1])
