"""Loads with transformers what Regraft saved, and compares what the models compute with what they computed before.

    npx tsx test/huggingface/write-saved.ts FOLDER
    python bench/oracles/huggingface_loads.py FOLDER test/huggingface/families.json.gz docs/results/transformers.json
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers
from generator import uniform
from torch_generated import SEED


def inputs_of(golden):
    found = {name: torch.tensor(given["values"], dtype=torch.int64).reshape(given["dims"]) for name, given in golden["inputs"].items()}
    if golden["images"]:
        found["pixel_values"] = torch.from_numpy(uniform(SEED, "pixel_values", golden["images"], -2, 2))
    return found


def difference(golden, value):
    flat = value.detach().numpy().ravel()[:: golden["step"]][: len(golden["values"])]
    return float(np.max(np.abs(flat - np.array(golden["values"]))) / golden["max"])


def row_of(folder, families):
    case = json.loads((folder / "case.json").read_text())
    golden = families[case["type"]][case["name"]]
    model, report = getattr(transformers, case["className"]).from_pretrained(folder, output_loading_info=True)
    with torch.no_grad():
        outputs = model.eval()(**inputs_of(golden))
    worst = max(difference(sample, outputs[name]) for name, sample in golden["outputs"].items())
    return {**case, "missing": sorted(report["missing_keys"]), "unexpected": sorted(report["unexpected_keys"]), "difference": worst}


def main(source, cases, target):
    families = json.loads(gzip.decompress(cases.read_bytes()))["families"]
    folders = sorted(source.glob("*/*"), key=lambda folder: (folder.parent.name, int(folder.name)))
    rows = [row_of(folder, families) for folder in folders]
    lines = ",\n".join(json.dumps(row) for row in rows)
    target.write_text(f'{{"transformers": "{transformers.__version__}", "rows": [\n{lines}\n]}}\n')
    print(len(rows), "models, largest difference", max(row["difference"] for row in rows))
    print(*[row for row in rows if row["missing"] or row["unexpected"]], sep="\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
