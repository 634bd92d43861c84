"""Loads adapters that Regraft trained in PEFT, and writes the logits that they give there beside them.

    npm run peft -- test/peft/trained
    python bench/oracles/peft_loads.py test/peft/trained
"""

import json
import sys
from pathlib import Path

import peft
import torch
from huggingface_families import build
from peft_training import FAMILIES, inputs_for

if __name__ == "__main__":
    for folder in sorted(Path(sys.argv[1]).iterdir()):
        found = json.loads((folder / "case.json").read_text())
        family = FAMILIES[found["family"]]
        kind = family.get("type", found["family"])
        model, inputs = build(kind, family["class"], {**family["config"], "attn_implementation": "eager"})
        inputs = inputs_for(kind, inputs, found["method"])
        adapted = peft.PeftModel.from_pretrained(model, folder).eval()
        with torch.no_grad():
            logits = adapted(**inputs).logits
        (folder / "logits.json").write_text(json.dumps(logits.tolist()))
        print(folder.name, logits[0].tolist(), flush=True)
