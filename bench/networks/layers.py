"""What the networks of the benchmark share."""

import math

import torch
from torch import nn
from torch.nn import functional as F


def attend(query, key, value, mask=None):
    """PyTorch's own kernel where it has one; an exported graph, and older versions, spell it out."""
    if hasattr(F, "scaled_dot_product_attention") and not torch.onnx.is_in_onnx_export():
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    scores = query @ key.transpose(-1, -2) / math.sqrt(query.size(-1))
    return (scores if mask is None else scores + mask).softmax(-1) @ value


class LowRank(nn.Module):
    """A linear layer with a low-rank update beside it (LoRA)."""

    def __init__(self, linear, rank):
        super().__init__()
        self.linear = linear
        self.lora_a, self.lora_b = nn.Parameter(torch.zeros(linear.in_features, rank)), nn.Parameter(torch.zeros(rank, linear.out_features))

    def forward(self, x):
        return self.linear(x) + x @ self.lora_a @ self.lora_b


class Attention(nn.Module):
    def __init__(self, width, heads, rank=0):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(width, width) for _ in range(4))
        if rank > 0:
            self.query, self.value = LowRank(self.query, rank), LowRank(self.value, rank)

    def split(self, x):  # [N, T, C] -> [N, H, T, C / H]
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def forward(self, x, mask=None):
        mixed = attend(self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x)), mask)
        return self.output(mixed.transpose(1, 2).reshape(x.shape))
