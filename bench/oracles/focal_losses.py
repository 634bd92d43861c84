"""Focal losses and their gradients by PyTorch in double precision. `focal_losses.py OUT` writes focal-losses.json.

Of classes by equation 5 of Lin et al. (arXiv 1708.02002), summed sample by sample; of labels as torchvision's sigmoid_focal_loss.
"""

import json
import sys

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

CLASSES = 4


def logits(seed, *dims):
    values = torch.randn(*dims, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) * 3
    # A class that is all but certain: 1 - p is smaller than the spacing of single-precision numbers at 1.
    values[0, ..., 1] += 40
    return values.float().double().requires_grad_()


def focal(output, labels, gamma, weights=None):
    total, share = 0, 0
    for row, label in zip(output.reshape(-1, CLASSES), labels.reshape(-1).tolist()):
        if label == -100:
            continue
        weight = 1 if weights is None else weights[label]
        p = torch.softmax(row, 0)
        # 1 - p as the sum of the others, without which double precision, too, would end at 1e-16.
        missing = sum(p[other] for other in range(CLASSES) if other != label)
        total = total - weight * missing**gamma * torch.log_softmax(row, 0)[label]
        share += weight
    return total / share


def binary(output, labels, gamma, alpha=None):
    losses = binary_cross_entropy_with_logits(output, labels, reduction="none")
    p = torch.sigmoid(output)
    missing = labels * torch.sigmoid(-output) + (1 - labels) * p
    losses = losses * missing**gamma
    if alpha is not None:
        losses = (alpha * labels + (1 - alpha) * (1 - labels)) * losses
    return losses.mean()


def case(name, spec, output, labels, loss):
    value = loss(output)
    value.backward()
    return {
        "name": name,
        "spec": spec,
        "dims": list(output.shape),
        "output": output.flatten().tolist(),
        "labels": labels.flatten().tolist(),
        "loss": value.item(),
        "gradient": output.grad.flatten().tolist(),
    }


def cases():
    labels = torch.tensor([1, 0, 3, 2, 1, 1])
    weights = [0.25, 2.0, 1.0, 0.5]
    for gamma in (0, 0.5, 2, 5):
        yield case(f"gamma {gamma}", {"name": "focal", "gamma": gamma}, logits(1, 6, CLASSES), labels, lambda o: focal(o, labels, gamma))
    weighted = {"name": "focal", "gamma": 2, "classWeights": weights}
    yield case("class weights", weighted, logits(2, 6, CLASSES), labels, lambda o: focal(o, labels, 2, weights))
    tokens = torch.tensor([[1, 0, -100], [3, -100, 2]])
    yield case("tokens", weighted, logits(3, 2, 3, CLASSES), tokens, lambda o: focal(o, tokens, 2, weights))
    present = torch.tensor([[1, 1, 0, 0], [0, 1, 0, 1], [0, 0, 0, 0]], dtype=torch.float64)
    for gamma, alpha in ((0, None), (0.5, None), (2, None), (2, 0.25)):
        spec = {"name": "binary-focal", "gamma": gamma, **({} if alpha is None else {"alpha": alpha})}
        yield case(f"labels, gamma {gamma}, alpha {alpha}", spec, logits(4, 3, CLASSES), present, lambda o: binary(o, present, gamma, alpha))


if __name__ == "__main__":
    with open(f"{sys.argv[1]}/focal-losses.json", "w") as file:
        json.dump({"torch": torch.__version__, "cases": list(cases())}, file)
        file.write("\n")
