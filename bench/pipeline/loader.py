"""Images a second of PyTorch's DataLoader with PIL and torchvision's transforms: loader.py FOLDER WORKERS ROUNDS prints a JSON line."""

import json
import os
import sys
import time

import torch
from PIL import Image, __version__ as pillow
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class Photos(Dataset):
    def __init__(self, folder):
        self.files = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
        steps = [transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(), transforms.Normalize(MEAN, STD)]
        self.transform = transforms.Compose(steps)

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        return self.transform(Image.open(self.files[index]).convert("RGB"))


def main(folder, workers, rounds):
    torch.set_num_threads(1)
    photos = Photos(folder)
    loader = DataLoader(photos, batch_size=32, num_workers=workers, persistent_workers=True)
    rates = []
    mean = 0.0
    # The first pass starts the workers.
    for _ in range(rounds + 1):
        start = time.perf_counter()
        total = sum(float(batch.sum()) for batch in loader)
        rates.append(len(photos) / (time.perf_counter() - start))
        mean = total / (len(photos) * 3 * 224 * 224)
    print(json.dumps({"versions": {"torch": torch.__version__, "pillow": pillow}, "rates": rates[1:], "mean": mean}))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
