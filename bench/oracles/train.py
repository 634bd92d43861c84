"""The reference: PyTorch trains the model for a few steps in double precision."""

import copy
import re

import torch
from torch import nn

ADAM_KEYS = {"betas": (0.9, 0.999), "eps": 1e-8}


def grouped(spec, groups, parameters):
    """PyTorch's parameter groups; `parameters` is {name: tensor}, and a parameter belongs to the first group that matches."""
    rows = []
    for name, tensor in parameters.items():
        group = next((group for group in groups if re.search(group["match"], name)), {})
        rows.append({"params": [tensor], "lr": group.get("lr", spec["lr"]), "weight_decay": group.get("weightDecay", spec.get("weightDecay", 0))})
    return rows


def optimizer_of(spec, groups, named):
    name, rate, decay = spec["name"], spec["lr"], spec.get("weightDecay", 0)
    parameters = grouped(spec, groups, named)
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=spec.get("momentum", 0), nesterov=spec.get("nesterov", False), weight_decay=decay)
    return {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[name](parameters, lr=rate, weight_decay=decay, **ADAM_KEYS)


def loss_of(spec, dtype):
    options = spec.get("loss", {"name": "cross-entropy"})
    if options["name"] == "mse":
        return nn.MSELoss()
    if options["name"] == "bce":
        return nn.BCEWithLogitsLoss()
    weights = options.get("classWeights")
    weights = None if weights is None else torch.tensor(weights, dtype=dtype)
    return nn.CrossEntropyLoss(weight=weights, label_smoothing=options.get("labelSmoothing", 0))


def batches(count, batch_size, steps):
    """Index ranges of each step: in order, wrapping, the last batch of an epoch as short as it comes."""
    starts = list(range(0, count, batch_size))
    for step in range(steps):
        start = starts[step % len(starts)]
        yield slice(start, min(start + batch_size, count))


class Reference:
    """A copy of the model in one precision, with the data of the case."""

    def __init__(self, model, inputs, labels, spec, dtype):
        training = spec["training"]
        self.model = copy.deepcopy(model).to(dtype)
        self.model.train(training["batchNorm"] == "train")
        self.inputs = [tensor.to(dtype) if tensor.is_floating_point() else tensor for tensor in inputs]
        self.labels = labels.to(dtype) if labels.is_floating_point() else labels
        self.training, self.groups = training, spec.get("groups", [])
        self.loss = loss_of(training, dtype)

    def forward(self, rows):
        return self.model(*[tensor[rows] for tensor in self.inputs])

    def batch_loss(self, rows):
        return self.loss(self.forward(rows), self.labels[rows])

    def rows(self):
        size = self.training["batchSize"] * self.training.get("accumulate", 1)
        return list(batches(len(self.labels), size, self.training["steps"] + 1))

    def untrained(self):
        with torch.no_grad():
            return [self.batch_loss(rows).item() for rows in self.rows()]

    def gradients(self):
        """Of the first `batchSize` samples: {torch name: tensor}, and the logits."""
        rows = slice(0, self.training["batchSize"])
        self.model.zero_grad()
        logits = self.forward(rows)
        self.loss(logits, self.labels[rows]).backward()
        return {name: value.grad.clone() for name, value in self.model.named_parameters() if value.grad is not None}, logits.detach()

    def assert_derivative(self, gradients):
        """The gradients predict how the loss changes along a random direction."""
        step, generator = 1e-9, torch.Generator().manual_seed(0)
        direction = {name: torch.randn(value.shape, generator=generator, dtype=torch.float64) for name, value in gradients.items()}
        rows, losses = slice(0, self.training["batchSize"]), []
        for sign in (1, -1):
            other = copy.deepcopy(self)
            with torch.no_grad():
                for name, value in other.model.named_parameters():
                    if name in direction:
                        value.add_(direction[name], alpha=sign * step)
                losses.append(other.batch_loss(rows).item())
        expected = sum((gradients[name] * direction[name]).sum().item() for name in direction)
        actual = (losses[0] - losses[1]) / (2 * step)
        size = sum(value.norm().item() ** 2 for value in gradients.values()) ** 0.5
        if not abs(actual - expected) < 1e-4 * size:
            raise ValueError(f"derivative {actual}, gradients say {expected}")

    def perturbed(self, scale, seed):
        """The same with every parameter and float buffer off by about `scale`, relatively, as rounding would."""
        other = copy.copy(self)
        other.model = copy.deepcopy(self.model)
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for tensor in [*other.model.parameters(), *other.model.buffers()]:
                if tensor.is_floating_point():
                    tensor.mul_(1 + scale * torch.randn(tensor.shape, generator=generator, dtype=tensor.dtype))
        return other

    def train(self):
        """The loss before each update, then of the next batch after the last; and the buffers the updates left."""
        named = {name: value for name, value in self.model.named_parameters() if value.requires_grad}
        parameters = list(named.values())
        optimizer = optimizer_of(self.training["optimizer"], self.groups, named)
        clip = self.training.get("clip", {})
        losses = []
        *steps, last = self.rows()
        for rows in steps:
            optimizer.zero_grad()
            loss = self.batch_loss(rows)
            loss.backward()
            if "norm" in clip:
                nn.utils.clip_grad_norm_(parameters, clip["norm"])
            if "value" in clip:
                nn.utils.clip_grad_value_(parameters, clip["value"])
            optimizer.step()
            losses.append(loss.item())
        statistics = {name: value.clone() for name, value in self.model.named_buffers()}
        with torch.no_grad():
            return [*losses, self.batch_loss(last).item()], statistics


def worst(left, right):
    return max(abs(a - b) for a, b in zip(left, right))


def gradient_drifts(exact, others):
    """Per parameter, the largest |other - exact| relative to |exact|, over several other results."""
    result = {}
    for name, value in exact.items():
        norm = value.norm().item()
        result[name] = max((other[name].double() - value).norm().item() for other in others) / norm if norm else 0.0
    return result
