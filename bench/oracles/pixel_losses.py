"""Writes test/segmentation/pixels.json: losses over pixels with their gradients, and counts of pixels and edges, in double precision.

    python3 bench/oracles/pixel_losses.py test/segmentation/pixels.json

Cross-entropy is PyTorch's. Dice and Lovász are written from their papers, over lists of pixels without those of class 255; the Lovász extension sorts (Berman et al.,
arXiv 1705.08790, algorithm 1). Edges are found by looking at each pixel's neighbours, one after the other.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

IGNORED = 255


def flat(scores, target):
    """Probabilities `[P, C]` and classes `[P]` of the pixels that count."""
    classes = scores.shape[1]
    probabilities = scores.softmax(1).permute(0, 2, 3, 1).reshape(-1, classes)
    labels = target.reshape(-1)
    return probabilities[labels != IGNORED], labels[labels != IGNORED]


def dice(scores, target):
    probabilities, labels = flat(scores, target)
    terms = []
    for label in labels.unique().tolist():
        p, t = probabilities[:, label], (labels == label).double()
        terms.append(1 - (2 * (p * t).sum() + 1) / (p.sum() + t.sum() + 1))
    return torch.stack(terms).mean()


def jaccard_extension(errors, truth):
    """Δ̄ of the Jaccard loss: the sum over sorted errors of each times how much the loss grows when its pixel is added to those that are wrong."""
    order = torch.argsort(errors.detach(), descending=True, stable=True)
    total, before = 0.0, 0.0
    positives = truth.sum()
    wrong_in, wrong_out = 0.0, 0.0
    for i in order.tolist():
        wrong_in, wrong_out = wrong_in + float(truth[i]), wrong_out + 1 - float(truth[i])
        loss = 1 - (float(positives) - wrong_in) / (float(positives) + wrong_out)
        total = total + errors[i] * (loss - before)
        before = loss
    return total


def lovasz(scores, target):
    probabilities, labels = flat(scores, target)
    terms = []
    for label in labels.unique().tolist():
        truth = (labels == label).double()
        terms.append(jaccard_extension((truth - probabilities[:, label]).abs(), truth))
    return torch.stack(terms).mean()


def cross_entropy(scores, target, smoothing=0.0, weights=None):
    weight = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    return functional.cross_entropy(scores, target, weight=weight, ignore_index=IGNORED, label_smoothing=smoothing)


WEIGHTS = [0.5, 2.0, 1.0, 0.0]
LOSSES = {
    "cross-entropy": ({"name": "pixel-cross-entropy", "labelSmoothing": 0}, cross_entropy),
    "smoothed": ({"name": "pixel-cross-entropy", "labelSmoothing": 0.1}, lambda s, t: cross_entropy(s, t, 0.1)),
    "weighted": ({"name": "pixel-cross-entropy", "labelSmoothing": 0, "classWeights": WEIGHTS}, lambda s, t: cross_entropy(s, t, 0.0, WEIGHTS)),
    "both": ({"name": "pixel-cross-entropy", "labelSmoothing": 0.2, "classWeights": WEIGHTS}, lambda s, t: cross_entropy(s, t, 0.2, WEIGHTS)),
    "dice": ({"name": "dice"}, dice),
    "lovasz": ({"name": "lovasz"}, lovasz),
    "with dice": ({"name": "cross-entropy+dice", "labelSmoothing": 0}, lambda s, t: cross_entropy(s, t) + dice(s, t)),
    "with lovasz": ({"name": "cross-entropy+lovasz", "labelSmoothing": 0}, lambda s, t: cross_entropy(s, t) + lovasz(s, t)),
}


def edge_pixels(labels, known, label):
    height, width = labels.shape
    found = np.zeros(labels.shape, bool)
    for y in range(height):
        for x in range(width):
            if labels[y, x] != label or not known[y, x]:
                continue
            around = [(v, u) for v in range(max(0, y - 1), min(height, y + 2)) for u in range(max(0, x - 1), min(width, x + 2))]
            found[y, x] = any(known[v, u] and labels[v, u] != label for v, u in around)
    return found


def near(found, others, reach):
    """How many of `found` have one of `others` at most `reach` rows and columns away."""
    places = np.argwhere(others)
    return sum(any(abs(v - y) <= reach and abs(u - x) <= reach for v, u in places) for y, x in np.argwhere(found))


def counts(scores, target, classes):
    rows = []
    for image, truth in zip(scores.numpy(), target.numpy()):
        guess, known = image.argmax(0), truth != IGNORED
        reach = round(0.0075 * float(np.hypot(*truth.shape)))
        columns = [[] for _ in range(7)]
        for label in range(classes):
            mine, theirs = (guess == label) & known, (truth == label) & known
            a, b = edge_pixels(guess, known, label), edge_pixels(truth, known, label)
            for column, value in zip(columns, [(mine & theirs).sum(), mine.sum(), theirs.sum(), near(a, b, reach), a.sum(), near(b, a, reach), b.sum()]):
                column.append(int(value))
        rows.append([float(functional.cross_entropy(torch.tensor(image)[None], torch.tensor(truth)[None], ignore_index=IGNORED, reduction="sum")), *sum(columns, [])])
    return rows


def main(target):
    random = np.random.default_rng(5)
    scores = torch.tensor(random.normal(size=(2, 4, 5, 6)).round(3))
    labels = torch.tensor(random.integers(0, 3, (2, 5, 6)))  # Class 3 does not occur.
    labels[torch.tensor(random.random((2, 5, 6)) < 0.15)] = IGNORED
    losses = []
    for name, (spec, loss_of) in LOSSES.items():
        x = scores.clone().requires_grad_()
        loss = loss_of(x, labels)
        loss.backward()
        losses.append({"name": name, "spec": spec, "loss": loss.item(), "gradient": x.grad.flatten().tolist()})
    # Large enough for a reach of two pixels, with regions rather than noise.
    height, width, classes = 120, 180, 4
    coarse = random.normal(size=(2, classes, 12, 18))
    big = torch.nn.functional.interpolate(torch.tensor(coarse), (height, width), mode="bilinear", align_corners=False)
    truth = (big + torch.nn.functional.interpolate(torch.tensor(random.normal(size=(2, classes, 6, 9)) * 0.7), (height, width), mode="bilinear")).argmax(1)
    truth[:, :9, :11] = IGNORED
    truth[1, 50:60] = IGNORED
    truth[truth == 3] = 2
    written = {
        "dims": list(scores.shape),
        "scores": scores.flatten().tolist(),
        "labels": labels.flatten().tolist(),
        "losses": losses,
        "counted": {"coarse": coarse.flatten().tolist(), "coarseDims": list(coarse.shape), "dims": [2, classes, height, width], "labels": runs(truth), "counts": counts(big, truth, classes)},
    }
    target.write_text(json.dumps(written, separators=(",", ":")) + "\n")


def runs(labels):
    """[class, length] pairs, row by row."""
    found = []
    for label in labels.flatten().tolist():
        if found and found[-1][0] == label:
            found[-1][1] += 1
        else:
            found.append([label, 1])
    return found


main(Path(sys.argv[1]))
