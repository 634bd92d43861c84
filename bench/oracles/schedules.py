"""Learning rates by PyTorch's schedulers, the full rate being 1. `schedules.py OUT` writes schedules.json."""

import json
import sys

import torch
from torch.optim.lr_scheduler import PolynomialLR, ReduceLROnPlateau

STEPS = 12


def optimizer():
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)


def polynomial(power):
    of = optimizer()
    scheduler = PolynomialLR(of, total_iters=STEPS, power=power)
    rates = []
    for _ in range(STEPS):
        rates.append(scheduler.get_last_lr()[0])
        of.step()
        scheduler.step()
    return {"power": power, "rates": rates}


def plateau(metric, factor, patience, threshold, min_factor):
    of = optimizer()
    mode = "min" if metric == "loss" else "max"
    scheduler = ReduceLROnPlateau(of, mode, factor, patience, threshold, min_lr=min_factor, eps=0)
    generator = torch.Generator().manual_seed(patience)
    values = [2 - 1 / (1 + i) ** 0.5 if mode == "max" else 1 / (1 + i) ** 0.5 for i in range(40)]
    values = [value + 0.1 * torch.rand(1, generator=generator, dtype=torch.float64).item() for value in values]
    factors = []
    for value in values:
        scheduler.step(value)
        factors.append(of.param_groups[0]["lr"])
    spec = {"metric": metric, "factor": factor, "patience": patience, "threshold": threshold, "minFactor": min_factor}
    return {"spec": spec, "values": values, "factors": factors}


if __name__ == "__main__":
    written = {
        "torch": torch.__version__,
        "polynomial": [polynomial(power) for power in (0.9, 1, 2)],
        "plateau": [
            plateau("loss", 0.1, 0, 1e-4, 0),
            plateau("loss", 0.5, 2, 0.05, 0.1),
            plateau("accuracy", 0.5, 1, 1e-4, 0.2),
            plateau("accuracy", 0.3, 3, 0.02, 0),
        ],
    }
    with open(f"{sys.argv[1]}/schedules.json", "w") as file:
        json.dump(written, file)
        file.write("\n")
