"""Losses that compare embeddings, and their gradients, by PyTorch in double precision. `sentence_losses.py OUT` writes sentence-losses.json.

Ranking and cosine similarity as sentence-transformers defines them (MultipleNegativesRankingLoss, CosineSimilarityLoss), triplets by PyTorch's own loss,
supervised contrast by equation 2 of Khosla et al. (arXiv 2004.11362), summed pair by pair.
"""

import json
import sys

import torch
from torch.nn import TripletMarginWithDistanceLoss
from torch.nn.functional import cosine_similarity, cross_entropy, mse_loss, normalize

WIDTH = 5


def embeddings(rows, seed):
    return torch.randn(rows, WIDTH, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)).float().double().requires_grad_()


def ranking(output, group, scale):
    """Output [N * group, D]: anchor, positive and, where group is 3, negative."""
    texts = output.reshape(-1, group, WIDTH)
    candidates = torch.cat([texts[:, i] for i in range(1, group)])
    scores = normalize(texts[:, 0], dim=1) @ normalize(candidates, dim=1).T * scale
    return cross_entropy(scores, torch.arange(len(scores)))


def triplet(output, margin):
    anchor, positive, negative = output.reshape(-1, 3, WIDTH).unbind(1)
    distance = lambda a, b: 1 - cosine_similarity(a, b)
    return TripletMarginWithDistanceLoss(distance_function=distance, margin=margin)(anchor, positive, negative)


def cosine(output, scores):
    first, second = output.reshape(-1, 2, WIDTH).unbind(1)
    return mse_loss(cosine_similarity(first, second), scores)


def contrast(output, labels, temperature):
    z, losses = normalize(output, dim=1), []
    for i, label in enumerate(labels):
        others = [a for a in range(len(labels)) if a != i]
        partners = [p for p in others if labels[p] == label]
        if not partners:
            continue
        total = sum(torch.exp(z[i] @ z[a] / temperature) for a in others)
        losses.append(-sum(torch.log(torch.exp(z[i] @ z[p] / temperature) / total) for p in partners) / len(partners))
    return sum(losses) / len(losses)


def case(name, loss, output, **rest):
    value = loss(output)
    value.backward()
    return {"name": name, "output": output.tolist(), "loss": value.item(), "gradient": output.grad.tolist(), **rest}


scores = [0.9, -0.2, 0.5, 0.1]
labels = [0, 1, 0, 2, 1, 0]
cases = [
    case("pairs", lambda x: ranking(x, 2, 20.0), embeddings(8, 1), spec={"name": "multiple-negatives-ranking", "scale": 20}),
    case("triplets", lambda x: ranking(x, 3, 5.0), embeddings(9, 2), spec={"name": "multiple-negatives-ranking", "scale": 5}),
    case("margin", lambda x: triplet(x, 0.5), embeddings(12, 3), spec={"name": "triplet", "margin": 0.5}),
    case("scores", lambda x: cosine(x, torch.tensor(scores, dtype=torch.float64)), embeddings(8, 4), spec={"name": "cosine-similarity"}, scores=scores),
    case("classes", lambda x: contrast(x, labels, 0.1), embeddings(6, 5), spec={"name": "supervised-contrastive", "temperature": 0.1}, labels=labels),
]

with open(f"{sys.argv[1]}/sentence-losses.json", "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases}, file, indent=1)
    file.write("\n")
