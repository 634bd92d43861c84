"""Writes test/torch/published/resnet18-f37072fd.pth: a ResNet-18 so narrow that it is small, in a file whose SHA-256 begins as that of the real one.

    python3 bench/oracles/torch_published.py test/torch/published

An archive may end with a comment: one is counted up (in C, some minutes) until the hash of the file begins as torchvision's table states.
"""

import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

NAME, PREFIX = "resnet18-f37072fd.pth", "f37072fd"
WIDTHS, CLASSES = [4, 4, 8, 8], 1000

COUNT = r"""
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
  static unsigned char bytes[1 << 24], hash[32];
  FILE *file = fopen(argv[1], "rb");
  size_t size = fread(bytes, 1, sizeof bytes, file), whole = (size - 16) / 64 * 64;
  unsigned wanted = strtoul(argv[2], 0, 16);
  SHA256_CTX start, now;
  SHA256_Init(&start);
  SHA256_Update(&start, bytes, whole);
  char comment[17];
  for (unsigned long count = 0; count < 1ul << 36; count++) {
    snprintf(comment, sizeof comment, "%016lx", count);
    memcpy(bytes + size - 16, comment, 16);
    now = start;
    SHA256_Update(&now, bytes + whole, size - whole);
    SHA256_Final(hash, &now);
    if (((unsigned)hash[0] << 24 | hash[1] << 16 | hash[2] << 8 | hash[3]) == wanted) return puts(comment) < 0;
  }
  return 1;
}
"""


def narrow_weights():
    """The names of torchvision's ResNet-18, in other widths."""
    torch.manual_seed(9)
    weights = {}

    def conv(name, out, given, side):
        weights[f"{name}.weight"] = torch.randn(out, given, side, side) * (2 / (given * side * side)) ** 0.5

    def norm(name, width):
        values = {"weight": torch.ones, "bias": torch.zeros, "running_mean": torch.zeros, "running_var": torch.ones}
        weights.update({f"{name}.{part}": make(width) for part, make in values.items()})

    def layer(place, bn, out, given, side):
        conv(place, out, given, side)
        norm(bn, out)

    layer("conv1", "bn1", WIDTHS[0], 3, 7)
    given = WIDTHS[0]
    for stage, width in enumerate(WIDTHS, 1):
        for block in range(2):
            name = f"layer{stage}.{block}"
            layer(f"{name}.conv1", f"{name}.bn1", width, given, 3)
            layer(f"{name}.conv2", f"{name}.bn2", width, width, 3)
            if stage > 1 and block == 0:
                layer(f"{name}.downsample.0", f"{name}.downsample.1", width, given, 1)
            given = width
    weights["fc.weight"], weights["fc.bias"] = torch.randn(CLASSES, given) * 0.1, torch.zeros(CLASSES)
    return weights


def comment_of(path):
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder) / "count.c", Path(folder) / "count"
        source.write_text(COUNT)
        subprocess.run(["cc", "-O2", "-Wno-deprecated-declarations", "-o", program, source, "-lcrypto"], check=True)
        return subprocess.run([program, path, PREFIX], check=True, capture_output=True).stdout.strip()


def main(target):
    target.mkdir(parents=True, exist_ok=True)
    path = target / NAME
    torch.save(narrow_weights(), path)
    content = path.read_bytes()
    path.write_bytes(content[:-2] + struct.pack("<H", 16) + b"0" * 16)
    path.write_bytes(content[:-2] + struct.pack("<H", 16) + comment_of(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
