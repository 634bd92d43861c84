"""Inputs of the networks, equal to those that bench/engines/data.ts makes."""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "oracles"))
from generator import integers, uniform  # noqa: E402


def tensor(seed, stream, spec):
    make = integers if spec["type"] == "int64" else uniform
    return torch.from_numpy(make(seed, stream, tuple(spec["dims"]), spec["low"], spec["high"]))


def inputs(job):
    return [tensor(job["seed"], f"input:{name}", spec) for name, spec in job["inputs"].items()]


def labels(job, rows):
    return torch.from_numpy(integers(job["seed"], "labels", (rows, *job.get("pixels", ())), 0, job["classes"]))
