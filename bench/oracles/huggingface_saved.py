"""Writes test/huggingface/saved/: folders as save_pretrained of transformers writes them, of tiny models, and what the models compute.

    python bench/oracles/huggingface_saved.py test/huggingface/saved
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from torch_generated import sample
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast, ViTConfig, ViTForImageClassification

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "film", "a", "the", "##s"]


def text_model(cls):
    torch.manual_seed(5)
    options = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 12, "max_position_embeddings": 10}
    labels = {"id2label": {0: "negative", 1: "neutral", 2: "positive"}, "label2id": {"negative": 0, "neutral": 1, "positive": 2}}
    return cls(BertConfig(vocab_size=len(WORDS), initializer_range=0.3, **options, **labels)).eval()


def image_model():
    torch.manual_seed(6)
    config = ViTConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=12, image_size=32, patch_size=8)
    config.initializer_range = 0.3
    config.id2label, config.label2id = {0: "cat", 1: "dog"}, {"cat": 0, "dog": 1}
    return ViTForImageClassification(config).eval()


def tokenizer(folder):
    vocabulary = folder / "words.txt"
    vocabulary.write_text("\n".join(WORDS))
    found = BertTokenizerFast(vocab_file=str(vocabulary))
    vocabulary.unlink()
    return found


def main(target):
    shutil.rmtree(target, ignore_errors=True)
    expected = {}
    ids = torch.tensor([[2, 8, 5, 7, 3], [2, 6, 3, 0, 0]])
    mask = (ids != 0).long()
    text = {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}
    with torch.no_grad():
        for name, cls, options in [
            ("bert", BertForSequenceClassification, {}),
            ("bert-sharded", BertForSequenceClassification, {"max_shard_size": "2KB"}),
            ("bert-base", BertModel, {}),
        ]:
            folder = target / name
            model = text_model(cls)
            model.save_pretrained(folder, **options)
            tokenizer(folder).save_pretrained(folder)
            expected[name] = {key: sample(value) for key, value in model(**text).items()}
        folder = target / "bert-bin"
        model = text_model(BertForSequenceClassification)
        model.save_pretrained(folder)
        (folder / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        expected["bert-bin"] = expected["bert"]
        model = image_model()
        model.save_pretrained(target / "vit")
        processor = {"image_processor_type": "ViTImageProcessor", "do_resize": True, "size": {"height": 32, "width": 32}, "resample": 2}
        normal = {"do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
        (target / "vit" / "preprocessor_config.json").write_text(json.dumps({**processor, **normal}, indent=2))
        image = (torch.arange(2 * 3 * 32 * 32, dtype=torch.float32).reshape(2, 3, 32, 32) % 17 - 8) / 8
        expected["vit"] = {"logits": sample(model(image).logits)}
    (target / "expected.json").write_text(json.dumps(expected, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
