"""Small models of SentencePiece, and what SentencePiece and the converters of transformers make of nasty texts with them.

    modern/bin/python bench/oracles/sentencepiece_golden.py test/text

Writes test/text/spm/<name>/ and test/text/spm/{plain,classes}.json.gz. The map of characters of `nmt_nfkc` is as large as all else together: it is
kept once, as the protobuf field it is in a model, which a model is completed with by writing one behind the other.
"""

import gzip
import importlib
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import sentencepiece as spm
from sentencepiece import sentencepiece_model_pb2 as pb
from tokenizers import AddedToken, processors

from tokenizers_golden import CORPUS, LONG, TEXTS, golden

# The package has a function of the same name.
converters = importlib.import_module("transformers.convert_slow_tokenizer")

LICENCES = ["Apache-2.0", "GPL-3", "MPL-1.1"]
MORE = [
    "<sep>starts and <sep> ends<sep>",
    "a <ctrl> b <unk> c",
    " \u2581 low line \u2581\u2581",
    "カ\u3099 が ガ ｶﾞ Å Å A\u030a \u1100\u1161\u11a8 각 q\u0323\u0307 q\u0307\u0323",
    "tabs\tand\x0bvertical\x0cfeeds \x1f\x85 \u200e\u200f\u2028",
    "1,000 and 2, 3, ``quoted'' ''twice``",
    " ".join(TEXTS[3:12]) * 4,
]


def corpus():
    files = [Path("/usr/share/common-licenses", name).read_text(encoding="utf-8") for name in LICENCES]
    return CORPUS * 3 + [line.strip() for text in files for line in text.splitlines() if line.strip()]


def train(**options):
    model = io.BytesIO()
    defaults = {"vocab_size": 500, "character_coverage": 1.0, "num_threads": 1, "minloglevel": 2, "hard_vocab_limit": False}
    spm.SentencePieceTrainer.train(sentence_iterator=iter(corpus()), model_writer=model, **{**defaults, **options})
    return model.getvalue()


BRACKETS = {"pad_id": 0, "unk_id": 1, "bos_id": -1, "eos_id": -1, "pad_piece": "<pad>", "control_symbols": ["[CLS]", "[SEP]", "[MASK]"]}
FAIRSEQ = {"unk_id": 0, "bos_id": 1, "eos_id": 2}
DEBERTA = {"pad_id": 0, "bos_id": 1, "eos_id": 2, "unk_id": 3, "pad_piece": "[PAD]", "bos_piece": "[CLS]", "eos_piece": "[SEP]", "unk_piece": "[UNK]"}
LLAMA = {"model_type": "bpe", "normalization_rule_name": "identity", "byte_fallback": True, "vocab_size": 900, "remove_extra_whitespaces": False}
SYMBOLS = {"user_defined_symbols": ["<sep>", "[MASK]"], "control_symbols": ["<ctrl>"]}


def models(rules):
    return {
        "unigram": train(**SYMBOLS),
        "unigram-raw": train(
            normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=False, byte_fallback=True, vocab_size=700
        ),
        "unigram-rules": train(normalization_rule_tsv=str(rules), remove_extra_whitespaces=False),
        "bpe": train(model_type="bpe", byte_fallback=True, vocab_size=800, **SYMBOLS),
        "bpe-rules": train(model_type="bpe", normalization_rule_tsv=str(rules), add_dummy_prefix=False),
    }


def token(content, **options):
    return AddedToken(content, normalized=False, special=True, **options)


class Llama(converters.LlamaConverter):
    """The extractor of version 5.18 takes scores for the kind of the model and fails."""

    class SpmExtractor:
        def __init__(self, file):
            self.file = file

        def extract(self, scores):
            vocab = {piece: index for index, (piece, _) in enumerate(scores)}
            skipped = {piece.piece for piece in parsed(Path(self.file).read_bytes()).pieces if piece.type != pb.ModelProto.SentencePiece.NORMAL}
            return vocab, converters.generate_merges(vocab, dict(scores), skipped)


def converted(converter, path, tokens, template=None, **options):
    """The tokenizer that a class of transformers makes of a model; special tokens are added as the class does it when it opens one."""
    pieces = [piece.piece for piece in parsed(path.read_bytes()).pieces]
    slow = SimpleNamespace(vocab_file=str(path), convert_tokens_to_ids=lambda name: 0, convert_ids_to_tokens=lambda index: pieces[index], **options)
    tokenizer = converter(slow).converted()
    tokenizer.add_special_tokens([token if isinstance(token, AddedToken) else AddedToken(token, normalized=False, special=True) for token in tokens])
    # The converters ask the slow tokenizer for ids, which knows them in the new order.
    slow.convert_tokens_to_ids = tokenizer.token_to_id
    processor = template(tokenizer) if template else converter(slow).post_processor()
    if processor:
        tokenizer.post_processor = processor
    return tokenizer


def llama_template(tokenizer):
    return processors.TemplateProcessing(single="<s>:0 $A:0", pair="<s>:0 $A:0 <s>:1 $B:1", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))])


def classes(folder):
    """Each class: its file, what the model is trained with, its settings, and the converter with what it reads of the slow tokenizer."""
    mask = token("<mask>", lstrip=True)
    brackets = ["<unk>", "[SEP]", "<pad>", "[CLS]", token("[MASK]", lstrip=True)]
    fairseq = ["<s>", "</s>", "<unk>", "<pad>", mask]
    extra = [f"<extra_id_{i}>" for i in range(99, -1, -1)]
    deberta = ["[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]"]
    llama = ["<s>", "</s>", "<unk>"]
    albert = {"keep_accents": False, "do_lower_case": True}
    rows = {
        "albert": ("spiece.model", BRACKETS, {"tokenizer_config.json": {"tokenizer_class": "AlbertTokenizer"}}, converters.AlbertConverter, brackets, albert),
        "albert-accents": (
            "spiece.model",
            BRACKETS,
            {"tokenizer_config.json": {"keep_accents": True, "do_lower_case": False}, "config.json": {"model_type": "albert"}},
            converters.AlbertConverter,
            brackets,
            {"keep_accents": True, "do_lower_case": False},
        ),
        "xlm-roberta": ("sentencepiece.bpe.model", FAIRSEQ, {"config.json": {"model_type": "xlm-roberta"}}, converters.XLMRobertaConverter, fairseq, {}),
        "camembert": (
            "sentencepiece.bpe.model",
            FAIRSEQ,
            {"tokenizer_config.json": {"tokenizer_class": "CamembertTokenizerFast"}},
            converters.CamembertConverter,
            fairseq,
            {},
        ),
        "t5": (
            "spiece.model",
            {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1},
            {"tokenizer_config.json": {"tokenizer_class": "T5Tokenizer"}},
            converters.T5Converter,
            ["</s>", "<unk>", "<pad>", *extra],
            {"_extra_ids": 100},
        ),
        "deberta-v2": ("spm.model", DEBERTA, {"tokenizer_config.json": {"tokenizer_class": "DebertaV2Tokenizer"}}, converters.DebertaV2Converter, deberta, {"do_lower_case": False, "split_by_punct": False}),
        "deberta-v2-punctuation": (
            "spm.model",
            DEBERTA,
            {"tokenizer_config.json": {"do_lower_case": True, "split_by_punct": True}, "config.json": {"model_type": "deberta-v2"}},
            converters.DebertaV2Converter,
            deberta,
            {"do_lower_case": True, "split_by_punct": True},
        ),
        "llama-legacy": ("tokenizer.model", {**FAIRSEQ, **LLAMA}, {"tokenizer_config.json": {"tokenizer_class": "LlamaTokenizer"}}, Llama, llama, {"legacy": True, "add_prefix_space": True}),
        "llama": (
            "tokenizer.model",
            {**FAIRSEQ, **LLAMA},
            {"tokenizer_config.json": {"tokenizer_class": "LlamaTokenizer", "legacy": False}},
            Llama,
            llama,
            {"legacy": False, "add_prefix_space": True},
        ),
    }
    for name, (file, options, settings, converter, tokens, slow) in rows.items():
        path = write(folder / name, file, train(**options))
        for other, value in settings.items():
            (path.parent / other).write_text(json.dumps(value), encoding="utf-8")
        full = path.with_suffix(".full")
        full.write_bytes(completed(path.read_bytes()))
        yield name, converted(converter, full, tokens, llama_template if converter is Llama else None, **slow)
        full.unlink()


CHARSMAP = "nmt_nfkc"
MAPS = {}


def parsed(model):
    proto = pb.ModelProto()
    proto.ParseFromString(model)
    return proto


def write(folder, file, model):
    """A model without its map, if that is the one that is kept apart, and without what training is told and reading does not need."""
    proto = parsed(model)
    proto.ClearField("self_test_data")
    proto.normalizer_spec.ClearField("normalization_rule_tsv")
    if proto.normalizer_spec.name == CHARSMAP:
        MAPS[CHARSMAP] = proto.normalizer_spec.precompiled_charsmap
        proto.normalizer_spec.ClearField("precompiled_charsmap")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(proto.SerializeToString())
    return folder / file


def completed(model):
    proto = parsed(model)
    if proto.normalizer_spec.name == CHARSMAP:
        proto.normalizer_spec.precompiled_charsmap = MAPS[CHARSMAP]
    return proto.SerializeToString()


def plain(model):
    processor = spm.SentencePieceProcessor(model_proto=model)
    texts = [{"input": text, "ids": processor.encode(text), "decoded": processor.decode(processor.encode(text))} for text in TEXTS + MORE]
    repeats = 1_000_000 // len(LONG.encode())
    ids = processor.encode(LONG * repeats)
    return {"texts": texts, "long": {"text": LONG, "repeats": repeats, "count": len(ids), "sum": sum(ids), "end": ids[-8:]}}


def save(path, value):
    path.write_bytes(gzip.compress(json.dumps(value, separators=(",", ":")).encode(), mtime=0))


def main(folder):
    rules = folder / "rules.tsv"
    folder.mkdir(parents=True, exist_ok=True)
    rules.write_text("FB01\t66 69\n65E5\t6E 69 63 68 69\n41\t61\n65 301\tE9\n1F600\t3A 29\nAD\t\n", encoding="utf-8")
    found = {}
    for name, model in models(rules).items():
        write(folder / name, "tokenizer.model", model)
        found[name] = plain(model)
    rules.unlink()
    save(folder / "plain.json.gz", found)
    save(folder / "classes.json.gz", {name: golden(tokenizer) for name, tokenizer in classes(folder)})
    spec = pb.NormalizerSpec(precompiled_charsmap=MAPS[CHARSMAP])
    spec.name = CHARSMAP
    part = b"\x1a" + varint(len(spec.SerializePartialToString())) + spec.SerializePartialToString()
    (folder / "nmt_nfkc.gz").write_bytes(gzip.compress(part, mtime=0))


def varint(value):
    return bytes([value]) if value < 128 else bytes([value % 128 + 128]) + varint(value // 128)


main(Path(sys.argv[1], "spm"))
