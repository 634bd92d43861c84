"""Models of sequences, written with plain PyTorch so that any version exports them."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Attention(nn.Module):
    def __init__(self, width, heads, causal=False):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.query, self.key, self.value, self.output = (nn.Linear(width, width) for _ in range(4))

    def split(self, x):  # [N, T, C] -> [N, H, T, C / H]
        return x.view(x.size(0), x.size(1), self.heads, -1).permute(0, 2, 1, 3)

    def forward(self, x, mask=None):
        query, key, value = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.size(-1))
        if mask is not None:
            scores = scores + mask
        if self.causal:
            length = x.size(1)
            keep = torch.tril(torch.ones(length, length, dtype=torch.bool))
            scores = scores.masked_fill(~keep, -1e9)
        mixed = scores.softmax(-1) @ value
        return self.output(mixed.permute(0, 2, 1, 3).reshape(x.shape))


class PostNormBlock(nn.Module):
    """BERT's block: LayerNorm after each residual sum."""

    def __init__(self, width, heads, hidden, activation):
        super().__init__()
        self.attention, self.norm1 = Attention(width, heads), nn.LayerNorm(width, eps=1e-12)
        self.up, self.down, self.norm2 = nn.Linear(width, hidden), nn.Linear(hidden, width), nn.LayerNorm(width, eps=1e-12)
        self.activation = activation

    def forward(self, x, mask):
        x = self.norm1(x + self.attention(x, mask))
        return self.norm2(x + self.down(self.activation(self.up(x))))


class PreNormBlock(nn.Module):
    """GPT-2's block: LayerNorm before attention and MLP, causal, tanh GELU."""

    def __init__(self, width, heads, hidden):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads, causal=True)
        self.norm2, self.up, self.down = nn.LayerNorm(width), nn.Linear(width, hidden), nn.Linear(hidden, width)

    def gelu(self, x):
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * torch.pow(x, 3))))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.down(self.gelu(self.up(self.norm2(x))))


class BertLike(nn.Module):
    """Token, position and type embeddings, blocks, tanh pooler, classifier; `shared` uses one block at every depth (ALBERT)."""

    def __init__(self, vocabulary=100, width=32, layers=2, heads=4, hidden=64, length=16, classes=3, activation=F.gelu, shared=False):
        super().__init__()
        self.tokens, self.positions, self.types = nn.Embedding(vocabulary, width), nn.Embedding(length, width), nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(PostNormBlock(width, heads, hidden, activation) for _ in range(1 if shared else layers))
        self.repeats = layers if shared else 1
        self.pooler, self.classifier = nn.Linear(width, width), nn.Linear(width, classes)
        self.register_buffer("position_ids", torch.arange(length).unsqueeze(0))

    def forward(self, input_ids, attention_mask):
        length = input_ids.size(1)
        types = torch.zeros_like(input_ids)
        x = self.norm(self.tokens(input_ids) + self.positions(self.position_ids[:, :length]) + self.types(types))
        mask = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -10000.0
        for layer in self.layers:
            for _ in range(self.repeats):
                x = layer(x, mask)
        return self.classifier(torch.tanh(self.pooler(x[:, 0])))


class GptLike(nn.Module):
    """Causal blocks; classifies from the last token."""

    def __init__(self, vocabulary=100, width=32, layers=2, heads=4, length=16, classes=3):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary, width), nn.Embedding(length, width)
        self.blocks = nn.ModuleList(PreNormBlock(width, heads, 4 * width) for _ in range(layers))
        self.norm, self.score = nn.LayerNorm(width), nn.Linear(width, classes, bias=False)

    def forward(self, input_ids):
        x = self.wte(input_ids) + self.wpe(torch.arange(input_ids.size(1)))
        for block in self.blocks:
            x = block(x)
        return self.score(self.norm(x)[:, -1])


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


class LlamaLike(nn.Module):
    """RMSNorm, rotary positions, grouped-query attention, SwiGLU; mean-pooled."""

    def __init__(self, vocabulary=100, width=32, heads=4, groups=2, hidden=64, length=16, classes=3):
        super().__init__()
        self.heads, self.groups, self.size = heads, groups, width // heads
        self.embed, self.norm1, self.norm2, self.norm = nn.Embedding(vocabulary, width), RmsNorm(width), RmsNorm(width), RmsNorm(width)
        self.q, self.o = nn.Linear(width, width, bias=False), nn.Linear(width, width, bias=False)
        self.k, self.v = (nn.Linear(width, groups * self.size, bias=False) for _ in range(2))
        self.gate, self.up, self.down = nn.Linear(width, hidden, bias=False), nn.Linear(width, hidden, bias=False), nn.Linear(hidden, width, bias=False)
        self.score = nn.Linear(width, classes)
        # The angles are integer positions times constants of the graph, so they stay exact in both precisions.
        frequency = [10000.0 ** (-2 * i / self.size) for i in range(self.size // 2)]
        self.angles = [[position * value for value in frequency * 2] for position in range(length)]

    def rotate(self, x):
        angles = torch.tensor(self.angles, dtype=x.dtype)[: x.size(2)]
        left, right = x.chunk(2, -1)
        return x * angles.cos() + torch.cat([-right, left], -1) * angles.sin()

    def attend(self, x):
        shape = (x.size(0), x.size(1), -1, self.size)
        q, k, v = (layer(x).view(shape).transpose(1, 2) for layer in (self.q, self.k, self.v))
        q, k = self.rotate(q), self.rotate(k)
        k, v = (t.repeat_interleave(self.heads // self.groups, 1) for t in (k, v))
        scores = q @ k.transpose(-1, -2) / math.sqrt(self.size)
        keep = torch.tril(torch.ones(x.size(1), x.size(1), dtype=torch.bool))
        mixed = scores.masked_fill(~keep, -1e9).softmax(-1) @ v
        return self.o(mixed.transpose(1, 2).reshape(x.shape))

    def forward(self, input_ids):
        x = self.embed(input_ids)
        x = x + self.attend(self.norm1(x))
        y = self.norm2(x)
        x = x + self.down(F.silu(self.gate(y)) * self.up(y))
        return self.score(self.norm(x).mean(1))


class Recurrent(nn.Module):
    """Embedding, a recurrent layer, classifier on the mean of its outputs."""

    def __init__(self, kind="LSTM", vocabulary=50, width=12, hidden=10, classes=3, **options):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.rnn = getattr(nn, kind)(width, hidden, batch_first=True, **options)
        self.head = nn.Linear(hidden * (2 if options.get("bidirectional") else 1), classes)

    def forward(self, input_ids):
        return self.head(self.rnn(self.embed(input_ids))[0].mean(1))


class TextCnn(nn.Module):
    """Embedding, 1-D convolutions of several widths, max over time."""

    def __init__(self, vocabulary=50, width=12, channels=8, classes=3):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.convs = nn.ModuleList(nn.Conv1d(width, channels, size) for size in (2, 3, 4))
        self.head = nn.Linear(3 * channels, classes)

    def forward(self, input_ids):
        x = self.embed(input_ids).transpose(1, 2)
        return self.head(torch.cat([F.relu(conv(x)).max(-1)[0] for conv in self.convs], 1))
