"""Tiny files of torch.save in every shape that readers meet, with the bytes of each tensor: torch_files.py FOLDER

Writes files of the PyTorch that runs it, named after its version, and their rows of FOLDER/expected.json: by file, `weights` (by name: `type`, `dims`,
`bytes` of the contiguous tensor in hexadecimal, little-endian) and `notes` (how many), or the code of the error that `refused` it. Run it with every
version; rows of others stay.
"""

import argparse
import json
import os
import sys
from collections import OrderedDict

import numpy
import torch

VERSION = ".".join(torch.__version__.split(".")[:2])
FOLDER = sys.argv[1]
TYPES = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "uint64", "uint32", "uint16"]

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(2, 3)
        self.norm = torch.nn.BatchNorm1d(3)

    def forward(self, x):
        return self.norm(self.fc(x))


def numbers(*dims):
    count = int(numpy.prod(dims))
    return (torch.arange(count, dtype=torch.float32) * 0.75 - 2).reshape(dims)


def types():
    known = [name for name in TYPES if hasattr(torch, name)]
    return OrderedDict((name, torch.tensor([0, 1, 3, 100]).to(getattr(torch, name))) for name in known)


def views():
    base = numbers(4, 6)
    return {
        "whole": base,
        "transposed": base.t(),
        "row": base[2],
        "column": base[:, 1],
        "steps": base[1:4:2, 1::3],
        "expanded": base[0].expand(3, 6),
        "scalar": base[3, 5],
        "repeated scalar": base[3, 5].expand(2, 2),
        "permuted": numbers(2, 3, 4).permute(2, 0, 1),
        "fortran": numbers(2, 3, 4).to(memory_format=torch.contiguous_format).transpose(0, 2),
        "channels last": numbers(1, 2, 3, 3).contiguous(memory_format=torch.channels_last),
        "empty": base[:0],
        "empty column": base[:, 6:],
        "one": base.as_strided((1, 2), (17, 3), 4),
        "half of bytes": torch.arange(8, dtype=torch.uint8)[2:6],
    }


def checkpoint():
    net = torch.nn.DataParallel(Net())
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(4, 2)).sum().backward()
    optimizer.step()
    state = net.state_dict()
    return {
        "epoch": 3,
        "best": numpy.float64(0.25),
        "history": numpy.arange(3),
        "args": argparse.Namespace(lr=0.1, path="x", seen={1, 2}, big=2**70),
        "loss": torch.tensor(0.5),
        "optimizer": optimizer.state_dict(),
        "dtype": torch.float16,
        "device": torch.device("cpu"),
        "model": state,
    }


def parameters():
    marked = torch.nn.Parameter(numbers(2))
    marked.decays = False
    plain = numbers(3)
    plain.origin = "here"
    return {"parameter": torch.nn.Parameter(numbers(2, 2)), "with attributes": marked, "tensor with attributes": plain, "_extra_state": None, 7: numbers(1)}


def state_of(value):
    """The tensors that a reader must find."""
    if "model" in value:
        return {name[len("module."):]: tensor for name, tensor in value["model"].items()}
    return {name: tensor for name, tensor in value.items() if isinstance(name, str) and isinstance(tensor, torch.Tensor)}


def bytes_of(tensor):
    tensor = tensor.detach().contiguous()
    same = {torch.bfloat16: torch.int16}
    if tensor.dtype in same:
        tensor = tensor.view(same[tensor.dtype])
    return tensor.numpy().tobytes().hex()


def row_of(value, notes):
    weights = {
        name: {"type": str(tensor.dtype)[len("torch."):], "dims": list(tensor.shape), "bytes": bytes_of(tensor)}
        for name, tensor in state_of(value).items()
    }
    return {"weights": weights, "notes": notes}


# The maker, and how many notes there are.
READ = {"types": (types, 0), "views": (views, 0), "checkpoint": (checkpoint, 2), "parameters": (parameters, 1)}

NOT_STATE_DICT = "IMPORT_NOT_STATE_DICT"
REFUSED = {
    "tensor": (lambda: numbers(2), NOT_STATE_DICT),
    "list": (lambda: [numbers(2)], NOT_STATE_DICT),
    "complex": (lambda: {"a": numbers(2), "turns": torch.ones(2, dtype=torch.complex64)}, "IMPORT_WEIGHT_TYPE"),
    "quantised": (lambda: {"a": torch.quantize_per_tensor(numbers(2), 0.1, 0, torch.quint8), "b": numbers(1)}, "IMPORT_WEIGHT_TYPE"),
    "sparse": (lambda: {"a": numbers(2).to_sparse(), "b": numbers(1)}, "IMPORT_WEIGHT_TYPE"),
}
# The format before 1.6 would hold the source of the class, and where it lies.
REFUSED_ZIP = {"module": (Net, NOT_STATE_DICT), "module-inside": (lambda: {"epoch": 1, "model": Net()}, NOT_STATE_DICT)}
# PyTorch 1 forgets that the view is negated.
if VERSION >= "2":
    REFUSED["negated"] = (lambda: {"a": torch._neg_view(numbers(2))}, "IMPORT_WEIGHT_TYPE")



def save(value, name, **options):
    torch.save(value, os.path.join(FOLDER, name), **options)
    return name


def main():
    os.makedirs(FOLDER, exist_ok=True)
    torch.manual_seed(0)
    rows = {}
    formats = {"zip": {}, "legacy": {"_use_new_zipfile_serialization": False}}
    for kind, options in formats.items():
        for name, (make, notes) in READ.items():
            value = make()
            rows[save(value, f"{name}-{VERSION}-{kind}.pt", **options)] = row_of(value, notes)
        for name, (make, code) in REFUSED.items():
            rows[save(make(), f"{name}-{VERSION}-{kind}.pt", **options)] = {"refused": code}
    for name, (make, code) in REFUSED_ZIP.items():
        rows[save(make(), f"{name}-{VERSION}-zip.pt")] = {"refused": code}
    for protocol in (4, 5):
        value = checkpoint()
        rows[save(value, f"protocol{protocol}-{VERSION}-zip.pt", pickle_protocol=protocol)] = row_of(value, 2)
    path = os.path.join(FOLDER, "expected.json")
    known = json.load(open(path)) if os.path.exists(path) else {}
    known.update(rows)
    with open(path, "w") as file:
        json.dump(dict(sorted(known.items())), file, indent=1)
        file.write("\n")


main()
