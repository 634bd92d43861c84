"""Writes what transformers generates: greedy texts of small models, and what is left of scores before a token is drawn.

    python bench/oracles/generation.py test/generation

golden.json.gz has the configurations, shapes of weights (whose numbers come from the generator of src/core/random.ts), prompts and tokens, and cases of
logits processors. exported/ has models as torch.onnx.export writes them, with their tokens in golden.json.gz.
"""

import gzip
import json
import sys
import warnings
from pathlib import Path

import torch
import transformers
from generator import integers, uniform
from huggingface_families import GAIN, TEXT, kept, loaded
from torch_generated import SEED

warnings.filterwarnings("ignore")

NEW_TOKENS = 14
LENGTHS = [3, 9, 1, 6]

DECODER = {**TEXT, "num_key_value_heads": 2, "max_position_embeddings": 128, "attn_implementation": "eager"}

# Model type and class, and variants of the configuration.
MODELS = {
    "gpt2": ["GPT2LMHeadModel", {"n_positions": 32, "vocab_size": 40, "n_embd": 16, "n_layer": 2, "n_head": 4, "attn_implementation": "eager"}],
    "llama": ["LlamaForCausalLM", DECODER],
    "mistral": ["MistralForCausalLM", {**DECODER, "sliding_window": 5}],
    "qwen2": ["Qwen2ForCausalLM", {**DECODER, "use_sliding_window": True, "sliding_window": 4, "max_window_layers": 1}],
    "qwen3": ["Qwen3ForCausalLM", {**DECODER, "head_dim": 6}],
}

SMALL = {"vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 24}

# Exported models: type, class, configuration, exporter, whether it has an input for positions.
EXPORTED = {
    "gpt2-script": ["gpt2", "GPT2LMHeadModel", {**MODELS["gpt2"][1], "attn_implementation": "sdpa"}, False, False],
    "gpt2-dynamo-positions": ["gpt2", "GPT2LMHeadModel", MODELS["gpt2"][1], True, True],
    "gemma-dynamo": ["gemma", "GemmaForCausalLM", {**SMALL, "num_key_value_heads": 2, "head_dim": 4, "attn_implementation": "sdpa"}, True, False],
    "neox-script": ["gpt_neox", "GPTNeoXForCausalLM", {**SMALL, "attn_implementation": "eager"}, False, False],
    "opt-dynamo": ["opt", "OPTForCausalLM", {**SMALL, "word_embed_proj_dim": 16, "ffn_dim": 24, "max_position_embeddings": 40}, True, False],
    "bloom-script": ["bloom", "BloomForCausalLM", {"vocab_size": 40, "hidden_size": 16, "n_layer": 2, "n_head": 4, "attn_implementation": "eager"}, False, False],
}

PROCESSORS = [
    {"temperature": 0.7},
    {"topK": 5},
    {"topP": 0.6},
    {"temperature": 1.5, "topK": 12, "topP": 0.8},
    {"repetitionPenalty": 1.3},
    {"temperature": 0.5, "topP": 0.9, "repetitionPenalty": 1.8},
    {"topK": 1},
    {"topP": 0.001},
    {"topK": 100, "topP": 1.0},
]


class Scores(torch.nn.Module):
    def __init__(self, model, names):
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *inputs):
        return self.model(**dict(zip(self.names, inputs)), use_cache=False).logits


def model_of(kind, cls, options):
    config = transformers.AutoConfig.for_model(kind, **{**options, "pad_token_id": 0, "eos_token_id": None, "bos_token_id": None})
    model = loaded(getattr(transformers, cls), config)
    model.config.architectures = [cls]
    return model


def prompts_of(name):
    return [integers(SEED, f"{name}:{i}", [length], 1, 40).tolist() for i, length in enumerate(LENGTHS)]


def written(model, prompts):
    """What follows each prompt, of all prompts in one batch that is padded in front."""
    length = max(map(len, prompts))
    ids = torch.tensor([[0] * (length - len(prompt)) + prompt for prompt in prompts])
    mask = torch.tensor([[0] * (length - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    with torch.no_grad():
        found = model.generate(ids, attention_mask=mask, do_sample=False, max_new_tokens=NEW_TOKENS, min_new_tokens=NEW_TOKENS)
    return found[:, length:].tolist()


def export(model, path, dynamo, has_positions):
    names = ["input_ids", "attention_mask"] + ["position_ids"] * has_positions
    # Tensors of their own: an exporter takes one that is given twice for one input.
    inputs = (torch.ones(2, 5, dtype=torch.int64), torch.ones(2, 5, dtype=torch.int64), torch.arange(5).repeat(2, 1))[: len(names)]
    scores = Scores(model, names).eval()
    options = {"input_names": names, "output_names": ["logits"], "opset_version": 18, "dynamo": dynamo}
    if dynamo:
        dims = {0: torch.export.Dim("batch"), 1: torch.export.Dim("sequence")}
        options |= {"dynamic_shapes": ((dims,) * len(names),), "external_data": False, "verbose": False}
    else:
        options |= {"dynamic_axes": {name: {0: "batch", 1: "sequence"} for name in [*names, "logits"]}}
    torch.onnx.export(scores, inputs, str(path), **options)
    path.with_suffix(".onnx.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    path.unlink()


def processed(scores, before, options):
    made = transformers.LogitsProcessorList()
    if "repetitionPenalty" in options:
        made.append(transformers.RepetitionPenaltyLogitsProcessor(options["repetitionPenalty"]))
    if "temperature" in options:
        made.append(transformers.TemperatureLogitsWarper(options["temperature"]))
    if "topK" in options:
        made.append(transformers.TopKLogitsWarper(options["topK"]))
    if "topP" in options:
        made.append(transformers.TopPLogitsWarper(options["topP"]))
    return torch.softmax(made(torch.tensor([before]), torch.from_numpy(scores)[None].clone())[0], dim=-1).tolist()


def main(folder):
    exported = folder / "exported"
    exported.mkdir(parents=True, exist_ok=True)
    models, files = {}, {}
    for kind, (cls, options) in MODELS.items():
        model = model_of(kind, cls, options)
        config = json.loads(model.config.to_json_string(use_diff=True))
        prompts = prompts_of(kind)
        weights = {name: list(value.shape) for name, value in kept(model).items()}
        models[kind] = {"config": config, "weights": weights, "prompts": prompts, "written": written(model, prompts)}
    for name, (kind, cls, options, dynamo, has_positions) in EXPORTED.items():
        model = model_of(kind, cls, options)
        prompts = prompts_of(name)
        files[name] = {"prompts": prompts, "written": written(model, prompts)}
        export(model, exported / f"{name}.onnx", dynamo, has_positions)
    scores = uniform(SEED, "scores", [50], -4, 4)
    # Equal scores at the border of the five largest.
    order = scores.argsort()[::-1]
    scores[order[5]] = scores[order[4]]
    before = [int(order[0]), int(order[3]), int(order[-1]), int(order[0])]
    cases = [{"options": options, "probabilities": processed(scores, before, options)} for options in PROCESSORS]
    sampling = {"scores": scores.tolist(), "before": before, "cases": cases}
    golden = {"transformers": transformers.__version__, "seed": SEED, "gain": GAIN, "models": models, "files": files, "sampling": sampling}
    (folder / "golden.json.gz").write_bytes(gzip.compress(json.dumps(golden, separators=(",", ":")).encode(), mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
