"""Writes test/text-tasks/losses.json.gz: losses of texts and their gradients as PyTorch computes them in double precision.

    python bench/oracles/text_losses.py test/text-tasks/losses.json.gz

Cross-entropy of tokens, some of which count for nothing, with and without class weights and label smoothing, of whole batches and of micro-batches
with different numbers of tokens; the loss of spans; binary cross-entropy.
"""

import gzip
import json
import sys
from pathlib import Path

import torch
from torch.nn import functional as F

torch.manual_seed(3)
IGNORED = -100
WEIGHTS = [0.5, 2.0, 0.0, 1.25]


def tensor(*shape):
    # Values that single precision holds exactly.
    return torch.randn(*shape).float().double().requires_grad_()


def case(kind, logits, target, loss, **options):
    (gradient,) = torch.autograd.grad(loss, logits)
    shape = lambda values: {"dims": list(values.shape), "values": values.flatten().tolist()}
    return {"kind": kind, **options, "logits": shape(logits.detach()), "target": shape(target), "loss": loss.item(), "gradient": shape(gradient)}


def token_cases():
    target = torch.tensor([[0, 1, IGNORED, 3, IGNORED], [IGNORED, 3, 3, IGNORED, IGNORED], [1, 0, 1, 1, 3]])
    for weights in (None, WEIGHTS):
        for smoothing in (0.0, 0.1):
            logits = tensor(3, 5, 4)
            weight = None if weights is None else torch.tensor(weights).double()
            flat = (logits.reshape(-1, 4), target.reshape(-1))
            loss = F.cross_entropy(*flat, weight=weight, ignore_index=IGNORED, label_smoothing=smoothing)
            yield case("tokens", logits, target, loss, labelSmoothing=smoothing, classWeights=weights)


def main(path):
    cases = list(token_cases())
    logits, positions = tensor(4, 6, 2), torch.tensor([[0, 0], [1, 3], [5, 5], [2, 4]])
    start, end = logits.unbind(-1)
    cases.append(case("span", logits, positions, (F.cross_entropy(start, positions[:, 0]) + F.cross_entropy(end, positions[:, 1])) / 2))
    logits, labels = tensor(5, 3), torch.randint(0, 2, (5, 3)).double()
    cases.append(case("labels", logits, labels, F.binary_cross_entropy_with_logits(logits, labels)))
    path.write_bytes(gzip.compress(json.dumps({"torch": torch.__version__, "cases": cases}).encode(), mtime=0))


main(Path(sys.argv[1]))
