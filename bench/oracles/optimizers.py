"""Weights of a few steps of PyTorch's optimisers in double precision. `optimizers.py OUT` writes optimizers.json."""

import itertools
import json
import sys

import torch

STEPS, SIZE = 12, 6


def run(spec):
    generator = torch.Generator().manual_seed(1)
    weight = torch.randn(SIZE, dtype=torch.float64, generator=generator).requires_grad_()
    start = weight.tolist()
    gradients = [torch.randn(SIZE, dtype=torch.float64, generator=generator) for _ in range(STEPS)]
    options = {key: spec[key] for key in ("alpha", "eps", "momentum", "centered")}
    optimizer = torch.optim.RMSprop([weight], lr=spec["lr"], weight_decay=spec["weightDecay"], **options)
    weights = []
    for gradient in gradients:
        weight.grad = gradient
        optimizer.step()
        weights.append(weight.tolist())
    return {"spec": spec, "start": start, "gradients": [gradient.tolist() for gradient in gradients], "weights": weights}


def specs():
    for momentum, centered, decay in itertools.product((0, 0.9), (False, True), (0, 0.1)):
        yield {
            "name": "rmsprop",
            "lr": 0.05,
            "alpha": 0.9,
            "eps": 1e-6,
            "momentum": momentum,
            "centered": centered,
            "weightDecay": decay,
        }


if __name__ == "__main__":
    with open(f"{sys.argv[1]}/optimizers.json", "w") as file:
        json.dump({"torch": torch.__version__, "cases": [run(spec) for spec in specs()]}, file)
        file.write("\n")
