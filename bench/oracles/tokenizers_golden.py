"""Small tokenizers and what Hugging Face's library makes of nasty texts with them: test/text/<name>/ and test/text/tokenizers.json.

    modern/bin/python bench/oracles/tokenizers_golden.py test/text
"""

import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertTokenizer, GPT2Tokenizer, RobertaTokenizer

CORPUS = [
    "The quick brown fox jumps over the lazy dog, and the dog doesn't mind.",
    "Transfer learning needs a few hundred labelled samples; the model was trained on millions.",
    "Ein Café in Zürich: Öl, Äpfel und süße Straßen. Naïve façade, déjà vu!",
    "日本語の文章を分割する。中文也可以分词。한국어 문장",
    "مرحبا بالعالم שלום עולם Привет, мир",
    "Numbers 0123456789 and 3.14, e-mail a@b.org, C++ & #hashtag 😀👍🏽",
] * 4

TEXTS = [
    "",
    " ",
    "   \t\n  ",
    "The dog doesn't jump.",
    "  leading and trailing  ",
    "two  spaces\tand\nlines\r\nhere",
    "😀 smile 👍🏽 thumb 👩‍👩‍👧‍👦 family 🇩🇪",
    "a😀b😀c",
    "Cafe\u0301 Zu\u0308rich caf\u00e9 \u1e9b\u0323 \ufb01ne",
    "日本語の文章、中文分词。한국어",
    "𝕬𝖇 𠮷野家 𐍈",
    "مرحبا بالعالم שָׁלוֹם עולם \u202eRTL\u202c",
    "nul\x00 bell\x07 esc\x1b del\x7f soft\u00adhyphen \u200bzero\u200dwidth\ufeff",
    "क्षत्रिय ไทยไม่มีเว้นวรรค ꙮ",
    "x" * 300,
    "dog" * 120,
    "[CLS] typed [MASK] <s> </s> <mask> <|endoftext|>",
    "Ǆ ŉ İstanbul ΑΣ ß ﷺ ½ ①",
    "don't we'll I'm they've 1,000.50 $5 #tag a_b",
    "\ufffd\ue000\u2028line\u2029paragraph\u3000wide\u00a0hard",
]
PAIRS = [["The dog jumps over the lazy fox.", "A dog moves."], ["", "only the second 😀"], ["only the first", ""], ["short", "déjà vu " * 20]]
LONG = "The quick brown 😀 fox "


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=330, special_tokens=special, show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=420, special_tokens=special, initial_alphabet=alphabet, show_progress=False))
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    tokenizer.train_from_iterator(CORPUS, trainers.UnigramTrainer(vocab_size=260, special_tokens=special, unk_token="<unk>", show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    tokenizer.decoder = decoders.Metaspace()
    # What is fixed when the tokenizer is saved is the caller's later on.
    tokenizer.enable_truncation(5)
    tokenizer.enable_padding(length=8)
    return tokenizer


def units(text, offsets):
    """Offsets of code points in UTF-16 units."""
    before = [0]
    for character in text:
        before.append(before[-1] + (2 if ord(character) > 0xFFFF else 1))
    return [[before[start], before[end]] for start, end in offsets]


def encode(tokenizer, text, pair=None):
    encoding = tokenizer.encode(text, pair)
    texts = (text, pair)
    offsets = [units(texts[s or 0], [o])[0] for s, o in zip(encoding.sequence_ids, encoding.offsets)]
    return {
        "input": text if pair is None else [text, pair],
        "ids": encoding.ids,
        "typeIds": encoding.type_ids,
        "special": encoding.special_tokens_mask,
        "offsets": offsets,
        "wordIds": encoding.word_ids,
        "decoded": tokenizer.decode(encoding.ids),
    }


def divide(tokenizer, length, stride, *texts):
    """Windows of the last text. Not by `enable_truncation(stride=…)`: version 0.23 stops reading behind the first window and loses the rest."""
    parts = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
    special = tokenizer.num_special_tokens_to_add(len(texts) == 2)
    parts[-1].truncate(length - special - sum(len(part) for part in parts[:-1]), stride)
    rows = [[*parts[:-1], last] for last in (parts[-1], *parts[-1].overflowing)]
    return {"input": texts[0] if len(texts) == 1 else texts, "ids": [tokenizer.post_process(*row).ids for row in rows]}


def megabyte(tokenizer):
    repeats = 1_000_000 // len(LONG.encode())
    ids = tokenizer.encode(LONG * repeats).ids
    return {"text": LONG, "repeats": repeats, "count": len(ids), "sum": sum(ids), "end": ids[-8:]}


def golden(tokenizer):
    tokenizer.no_truncation()
    tokenizer.no_padding()
    texts = [encode(tokenizer, text) for text in TEXTS] + [encode(tokenizer, *pair) for pair in PAIRS]
    tokenizer.enable_truncation(12)
    cut = [encode(tokenizer, text) for text in TEXTS] + [encode(tokenizer, *pair) for pair in PAIRS]
    tokenizer.no_truncation()
    windows = [divide(tokenizer, 12, 4, text) for text in TEXTS]
    pair_windows = divide(tokenizer, 24, 3, "A dog?", PAIRS[0][0] * 4)
    return {"texts": texts, "cut": cut, "windows": windows, "pairWindows": pair_windows}


def write(folder, name, files):
    (folder / name).mkdir(parents=True, exist_ok=True)
    for file, value in files.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        (folder / name / file).write_text(text, encoding="utf-8")


def vocabularies(made):
    """The files older models come with, and what transformers makes of them."""
    vocab = made["word-piece"].get_vocab()
    lines = "".join(f"{token}\n" for token in sorted(vocab, key=vocab.get))
    cased = {"do_lower_case": False, "strip_accents": True, "tokenize_chinese_chars": False}
    model = json.loads(made["byte-level"].to_str())["model"]
    merges = "#version: 0.2\n" + "".join(" ".join(merge) + "\n" for merge in model["merges"])
    both = {"vocab.json": model["vocab"], "merges.txt": merges}
    pairs = [tuple(merge) for merge in model["merges"]]
    gpt2 = {"tokenizer_class": "GPT2Tokenizer"}
    mask = {"content": "<mask>", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False, "special": True}
    roberta = {"tokenizer_class": "RobertaTokenizerFast", "add_prefix_space": True, "added_tokens_decoder": {"4": mask}}
    return {
        "bert-vocabulary": ({"vocab.txt": lines}, BertTokenizer(vocab=vocab)._tokenizer),
        "bert-cased": ({"vocab.txt": lines, "tokenizer_config.json": cased}, BertTokenizer(vocab=vocab, **cased)._tokenizer),
        "gpt2": ({**both, "tokenizer_config.json": gpt2}, GPT2Tokenizer(vocab=model["vocab"], merges=pairs)._tokenizer),
        "roberta": (
            {**both, "tokenizer_config.json": roberta},
            RobertaTokenizer(
                vocab=model["vocab"], merges=pairs, add_prefix_space=True, mask_token=AddedToken("<mask>", lstrip=True, special=True)
            )._tokenizer,
        ),
    }


def main(folder):
    made = {"word-piece": word_piece(), "byte-level": byte_level(), "unigram": unigram()}
    for name, tokenizer in made.items():
        write(folder, name, {"tokenizer.json": tokenizer.to_str()})
    result = {name: {**golden(tokenizer), "long": megabyte(tokenizer)} for name, tokenizer in made.items()}
    for name, (files, tokenizer) in vocabularies(made).items():
        write(folder, name, files)
        result[name] = golden(tokenizer)
    (folder / "tokenizers.json").write_text(json.dumps(result, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
