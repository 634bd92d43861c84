"""Losses of image-similarity and of numbers on a scale, and their gradients, by PyTorch in double precision. `image_losses.py OUT` writes image-losses.json.

Batch-hard triplets one anchor at a time (Hermans et al., arXiv 1703.07737, equation 5, with the cosine distance); ArcFace by angles (Deng et al.,
arXiv 1801.07698, equation 3), beyond π as the authors' implementation goes on.
"""

import json
import math
import sys

import torch
from torch.nn.functional import cross_entropy, mse_loss, normalize

WIDTH = 5


def drawn(rows, seed, width=WIDTH):
    return torch.randn(rows, width, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)).float().double().requires_grad_()


def batch_hard(output, labels, margin):
    z, losses = normalize(output, dim=1), []
    for a, label in enumerate(labels):
        positives = [z[a] @ z[p] for p in range(len(labels)) if p != a and labels[p] == label]
        negatives = [z[a] @ z[n] for n in range(len(labels)) if labels[n] != label]
        if positives and negatives:
            losses.append(torch.relu(max(negatives) - min(positives) + margin))
    return sum(losses) / len(losses)


def arcface(output, centres, labels, margin, scale):
    cosines = normalize(output, dim=1) @ normalize(centres, dim=1).T
    rows = []
    for row, label in zip(cosines, labels):
        angle = torch.acos(row[label])
        moved = torch.cos(angle + margin) if angle.item() + margin < math.pi else row[label] - margin * math.sin(margin)
        rows.append(torch.stack([moved if c == label else cosine for c, cosine in enumerate(row)]))
    return cross_entropy(scale * torch.stack(rows), torch.tensor(labels))


def case(name, loss, inputs, **rest):
    value = loss(*inputs.values())
    value.backward()
    tensors = {key: {"values": x.tolist(), "gradient": x.grad.tolist()} for key, x in inputs.items()}
    return {"name": name, "loss": value.item(), "inputs": tensors, **rest}


labels = [0, 1, 0, 2, 1, 0, 3, 1]
away = drawn(8, 4)
centres = drawn(4, 5)
with torch.no_grad():
    # Nearly opposite to its class, so that angle and margin pass π.
    away[0] = -centres[labels[0]] * 2 + 0.1 * away[0]
values, centre, spread = drawn(6, 6, 2), [100.0, -0.01], [25.0, 0.002]
targets = [[c + s * x for c, s, x in zip(centre, spread, row)] for row in drawn(6, 7, 2).tolist()]
scaled = torch.tensor([[(t - c) / s for t, c, s in zip(row, centre, spread)] for row in targets], dtype=torch.float64)

cases = [
    case("batch-hard", lambda x: batch_hard(x, labels, 0.5), {"x": drawn(8, 1)}, spec={"name": "batch-hard-triplet", "margin": 0.5}, labels=labels),
    case("batch-hard, some far apart", lambda x: batch_hard(x, labels, 0.05), {"x": drawn(8, 8)}, spec={"name": "batch-hard-triplet", "margin": 0.05}, labels=labels),
    case("arcface", lambda x, w: arcface(x, w, labels, 0.5, 8), {"x": drawn(8, 2), "centres": drawn(4, 3)}, spec={"name": "arcface", "margin": 0.5, "scale": 8, "classes": 4}, labels=labels),
    case("arcface beyond a straight angle", lambda x, w: arcface(x, w, labels, 0.7, 4), {"x": away, "centres": centres}, spec={"name": "arcface", "margin": 0.7, "scale": 4, "classes": 4}, labels=labels),
    case("squared error on a scale", lambda x: mse_loss(x, scaled), {"x": values}, spec={"name": "mse", "scale": {"centre": centre, "spread": spread}}, targets=targets),
]

with open(f"{sys.argv[1]}/image-losses.json", "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases}, file, indent=1)
    file.write("\n")
