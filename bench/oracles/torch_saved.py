"""Writes test/torch/saved/: a network of torchvision, made very narrow, as torch.save writes it, and what it computes.

    python3 bench/oracles/torch_saved.py test/torch/saved
"""

import json
import sys
from pathlib import Path

import torch
from torch_generated import sample
from torchvision.models.shufflenetv2 import ShuffleNetV2


def main(target):
    target.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(3)
    model = ShuffleNetV2([4, 8, 4], [8, 8, 16, 16, 16], num_classes=3)
    images = (torch.arange(2 * 3 * 224 * 224, dtype=torch.float32).reshape(2, 3, 224, 224) % 17 - 8) / 8
    # Statistics of their own, as training leaves them.
    model.train()(images)
    model.eval()
    torch.save(model.state_dict(), target / "shufflenet.pth")
    torch.save(model.state_dict(), target / "shufflenet-legacy.pth", _use_new_zipfile_serialization=False)
    wrapped = {f"module.{name}": value for name, value in model.state_dict().items()}
    torch.save({"state_dict": wrapped, "epoch": 3}, target / "checkpoint.pt")
    backbone = {name: value for name, value in model.state_dict().items() if not name.startswith("fc.")}
    torch.save(backbone, target / "backbone.pth")
    with torch.no_grad():
        (target / "expected.json").write_text(json.dumps({"logits": sample(model(images))}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
