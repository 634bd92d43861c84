"""Steps of training in double precision, of any module of PyTorch."""

import torch

STEPS = 8
RATE = 1e-3


def losses_of(model, loss_of, rate=RATE):
    """The loss before each step of AdamW on all weights, and after the last."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
    losses = []
    for _ in range(STEPS + 1):
        loss = loss_of()
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


def reached(model):
    """The weights that a backward pass had a gradient for, by name: a tensor of two names under both."""
    return {name: value for name, value in model.state_dict(keep_vars=True).items() if value.grad is not None}
