"""Loads with transformers what Regraft saved, and compares what the models compute with what they computed before.

    npm run transformers -- FOLDER
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
from huggingface_families import FAMILIES
from safetensors.torch import load_file
from torch_generated import SEED


def inputs_of(golden):
    found = {name: torch.tensor(given["values"], dtype=torch.int64).reshape(given["dims"]) for name, given in golden["inputs"].items()}
    if golden["images"]:
        found["pixel_values"] = torch.from_numpy(uniform(SEED, "pixel_values", golden["images"], -2, 2))
    return found


def difference(golden, value):
    flat = value.detach().numpy().ravel()[:: golden["step"]][: len(golden["values"])]
    return float(np.max(np.abs(flat - np.array(golden["values"]))) / golden["max"])


def loaded(cls, folder):
    """The model, and the names that were missing or too many in its file."""
    config = transformers.AutoConfig.from_pretrained(folder)
    if cls.__name__ == "DebertaV2ForMaskedLM" and not config.legacy:
        # transformers 5.18 cannot load this class, whoever saved it.
        model = cls(config)
        report = model.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
        tied = model.all_tied_weights_keys
        return model, [name for name in report.missing_keys if name not in tied], report.unexpected_keys
    attention = FAMILIES[config.model_type]["config"].get("attn_implementation")
    model, report = cls.from_pretrained(folder, output_loading_info=True, attn_implementation=attention)
    return model, report["missing_keys"], report["unexpected_keys"]


def row_of(folder, families):
    case = json.loads((folder / "case.json").read_text())
    golden = families[case["type"]][case["name"]]
    model, missing, unexpected = loaded(getattr(transformers, case["className"]), folder)
    with torch.no_grad():
        outputs = model.eval()(**inputs_of(golden))
    worst = max(difference(sample, outputs[name]) for name, sample in golden["outputs"].items())
    return {**case, "missing": sorted(missing), "unexpected": sorted(unexpected), "difference": worst}


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
