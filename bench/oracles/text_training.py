"""Writes test/text-tasks/training.json.gz: the losses of 20 steps of AdamW that models of transformers take on raw texts, in double precision.

    npm run text-parity FOLDER
    python bench/oracles/text_training.py FOLDER test/text-tasks/training.json.gz

The folder holds small models as transformers saves them and files of texts. transformers' own tokenizers read the texts, 4 of them a step in the order of
the file, padded to the longest of all rounded up to 8; its own losses are made small, without dropout or weight decay. Which words are masked comes from
the folder, too, because it follows from Regraft's random numbers.
"""

import gzip
import json
import sys
from pathlib import Path

import torch
import transformers

BATCH = 4
RATE = 1e-3
IGNORED = -100


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def padded(rows, fill, length):
    return torch.tensor([row + [fill] * (length - len(row)) for row in rows])


def rounded(length):
    return -(-length // 8) * 8


def batches(encoded, labels, pad, token_labels):
    length = rounded(max(len(ids) for ids, _ in encoded))
    for start in range(0, len(encoded), BATCH):
        chosen = encoded[start : start + BATCH]
        wanted = labels[start : start + BATCH]
        batch = {
            "input_ids": padded([ids for ids, _ in chosen], pad, length),
            "attention_mask": padded([[1] * len(ids) for ids, _ in chosen], 0, length),
        }
        if chosen[0][1] is not None:
            batch["token_type_ids"] = padded([types for _, types in chosen], 0, length)
        if isinstance(wanted[0], dict):
            batch |= {name: torch.tensor([one[name] for one in wanted]) for name in wanted[0]}
        else:
            batch["labels"] = padded(wanted, IGNORED, length) if token_labels else torch.tensor(wanted)
        yield batch


def classes(folder, tokenizer):
    rows = lines(folder / "classes.jsonl")
    names = sorted({row["label"] for row in rows})
    found = [tokenizer(row["text"]) for row in rows]
    encoded = [(one["input_ids"], one["token_type_ids"]) for one in found]
    return batches(encoded, [names.index(row["label"]) for row in rows], tokenizer.pad_token_id, False)


def tags(folder, tokenizer):
    sentences = [[line.split() for line in block.splitlines()] for block in (folder / "tags.conll").read_text().strip().split("\n\n")]
    names = sorted({tag for sentence in sentences for _, tag in sentence})
    encoded, labels = [], []
    for sentence in sentences:
        found = tokenizer([word for word, _ in sentence], is_split_into_words=True)
        words = found.word_ids()
        first = [word is not None and (i == 0 or words[i - 1] != word) for i, word in enumerate(words)]
        labels.append([names.index(sentence[word][1]) if is_first else IGNORED for word, is_first in zip(words, first)])
        encoded.append((found["input_ids"], found["token_type_ids"]))
    return batches(encoded, labels, tokenizer.pad_token_id, True)


def answers(folder, tokenizer):
    encoded, labels = [], []
    for paragraph in json.loads((folder / "answers.json").read_text())["data"][0]["paragraphs"]:
        (question,) = paragraph["qas"]
        (answer,) = question["answers"]
        found = tokenizer(question["question"], paragraph["context"])
        end = answer["answer_start"] + len(answer["text"]) - 1
        encoded.append((found["input_ids"], found["token_type_ids"]))
        labels.append({"start_positions": found.char_to_token(0, answer["answer_start"], 1), "end_positions": found.char_to_token(0, end, 1)})
    return batches(encoded, labels, tokenizer.pad_token_id, False)


def masks(folder, _):
    for batch in json.loads((folder / "masks.json").read_text()):
        ids, mask, labels = (torch.tensor(batch[name]["values"]).reshape(batch[name]["dims"]) for name in ("ids", "mask", "labels"))
        yield {"input_ids": ids, "attention_mask": mask, "labels": labels}


def words(folder, tokenizer):
    texts = (folder / "texts.txt").read_text().splitlines()
    encoded = [(tokenizer(text)["input_ids"] + [tokenizer.eos_token_id], None) for text in texts]
    return batches(encoded, [ids for ids, _ in encoded], tokenizer.pad_token_id or 0, True)


CASES = {
    "BertForSequenceClassification": classes,
    "BertForTokenClassification": tags,
    "BertForQuestionAnswering": answers,
    "BertForMaskedLM": masks,
    "GPT2LMHeadModel": words,
}


def losses(folder, name, read):
    model = getattr(transformers, name).from_pretrained(folder / name).double().eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder / name)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=0)
    found = []
    for batch in read(folder, tokenizer):
        loss = model(**batch).loss
        found.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(name, len(found), found[0], found[-1], flush=True)
    return found


def main(folder, target):
    cases = {name: losses(folder, name, read) for name, read in CASES.items()}
    target.write_bytes(gzip.compress(json.dumps({"transformers": transformers.__version__, "cases": cases}).encode(), mtime=0))


main(Path(sys.argv[1]), Path(sys.argv[2]))
