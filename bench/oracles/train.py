"""The reference: PyTorch trains the model for a few steps in double precision."""

import copy

import torch
from torch import nn

ADAM_KEYS = {"betas": (0.9, 0.999), "eps": 1e-8}


def optimizer_of(spec, parameters):
    name, rate, decay = spec["name"], spec["lr"], spec.get("weightDecay", 0)
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

    def __init__(self, model, inputs, labels, training, dtype):
        self.model = copy.deepcopy(model).to(dtype)
        self.model.train(training["batchNorm"] == "train")
        self.inputs = [tensor.to(dtype) if tensor.is_floating_point() else tensor for tensor in inputs]
        self.labels = labels.to(dtype) if labels.is_floating_point() else labels
        self.training = training
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
        return {name: value.grad for name, value in self.model.named_parameters()}, logits.detach()

    def train(self):
        """The loss before each update, then of the next batch after the last; and the buffers the updates left."""
        parameters = [value for value in self.model.parameters() if value.requires_grad]
        optimizer = optimizer_of(self.training["optimizer"], parameters)
        limit = self.training.get("clip", {}).get("norm")
        losses = []
        *steps, last = self.rows()
        for rows in steps:
            optimizer.zero_grad()
            loss = self.batch_loss(rows)
            loss.backward()
            if limit is not None:
                nn.utils.clip_grad_norm_(parameters, limit)
            optimizer.step()
            losses.append(loss.item())
        statistics = {name: value.clone() for name, value in self.model.named_buffers()}
        with torch.no_grad():
            return [*losses, self.batch_loss(last).item()], statistics


def worst(left, right):
    return max(abs(a - b) for a, b in zip(left, right))


def gradient_drift(exact, rough):
    """Per parameter, |rough - exact| relative to |exact|; its worst over the parameters that have a gradient."""
    largest = max(value.norm().item() for value in exact.values())
    drifts = [
        (rough[name].double() - value).norm().item() / value.norm().item()
        for name, value in exact.items()
        if value.norm().item() > 1e-6 * largest
    ]
    return max(drifts)
