"""The benchmark's work in eager PyTorch: pytorch.py JOB. Answers on file descriptor 3; see child.ts for what is said."""

import json
import os
import re
import resource
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from networks import build  # noqa: E402
from networks.data import inputs, labels  # noqa: E402


def optimizer_of(spec, parameters):
    if spec["name"] == "sgd":
        return torch.optim.SGD(parameters, lr=spec["lr"])
    return torch.optim.AdamW(parameters, lr=spec["lr"], betas=tuple(spec["betas"]), eps=spec["eps"], weight_decay=spec["weightDecay"])


def step_of(model, optimizer):
    criterion = torch.nn.CrossEntropyLoss()

    def step(batch, target):
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(*batch), target)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def trainable_of(model, pattern):
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(re.search(pattern, name) is not None)
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def training(job, model):
    parameters = trainable_of(model, job["trainable"])
    model.train(job["batchNorm"] == "train")
    step, batch, target = step_of(model, optimizer_of(job["optimizer"], parameters)), inputs(job), labels(job, job["batchSize"])
    return lambda: step(batch, target), sum(parameter.numel() for parameter in parameters)


def prediction(job, model):
    batch = inputs(job)

    def run():
        with torch.inference_mode():
            return float(model(*batch).abs().mean())

    return run, 0


def head_training(job, model):
    """The whole training of a linear head on features that are computed once."""
    size, rows = job["batchSize"], next(iter(job["inputs"].values()))["dims"][0]
    with torch.no_grad():
        features, target = model[0](inputs(job)[0]), labels(job, rows)
    initial = {name: value.clone() for name, value in model.state_dict().items()}

    def run():
        model.load_state_dict(initial)
        step = step_of(model[1], optimizer_of(job["optimizer"], model.parameters()))
        for _ in range(job["epochs"]):
            for start in range(0, rows, size):
                index = torch.arange(start, min(start + size, rows))
                loss = step([features[index]], target[index])
        return loss

    return run, sum(parameter.numel() for parameter in model.parameters())


KINDS = {"train": training, "predict": prediction, "head": head_training}


def blas():
    """The library of matrix products; without a fast one there is nothing to compare with."""
    maps = Path("/proc/self/maps")
    if "BLAS_INFO=mkl" in torch.__config__.show():
        return "mkl"
    if not maps.exists() or "/libopenblas" in maps.read_text():
        return "openblas"
    sys.exit("Error: PyTorch has no fast BLAS here; Debian: apt-get install libopenblas0-pthread")


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    job = json.loads(sys.argv[1])
    torch.set_num_threads(job["threads"])
    model = build(job["network"], job["tiny"])
    model.load_state_dict(torch.load(job["weights"]))
    run, parameters = KINDS[job["kind"]](job, model)
    replies = os.fdopen(3, "w", buffering=1)
    print(json.dumps({"versions": {"torch": torch.__version__, "blas": blas()}, "parameters": parameters}), file=replies)
    for line in sys.stdin:
        count, cpu, wall = json.loads(line)["count"], used(), time.perf_counter()
        for _ in range(count):
            result = run()
        spent = {"cpu": used() - cpu, "wall": time.perf_counter() - wall}
        print(json.dumps({**spent, "result": result, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}), file=replies)


main()
