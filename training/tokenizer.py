"""The tokenizer: a Unigram model over the vocabulary, in the JSON form of the library `tokenizers`.

Han runs, punctuation and words are split apart first, so the scores of the two languages never
compete. A Unigram model of tens of thousands of words loads in a fraction of a second, where as
many added tokens take several.
"""

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, models

from training.vocabulary import SPECIAL, WORD_START, Piece

MAX_TOKENS = 128
PAD, UNKNOWN, START, END = range(4)
_HAN_RUN = r"[\u3400-\u4dbf\u4e00-\u9fff]+"
_NEEDLESS_START = rf"^{WORD_START}(?={_HAN_RUN}|[^\p{{L}}\p{{N}}])"


def build_tokenizer(pieces: list[Piece], *, max_tokens: int = MAX_TOKENS) -> Tokenizer:
    """Return a tokenizer that adds [CLS] and [SEP] and cuts at `max_tokens`.

    The first four pieces must be the special ones.
    """
    if tuple(piece.text for piece in pieces[:4]) != SPECIAL:
        raise ValueError(f"the vocabulary must begin with {', '.join(SPECIAL)}")
    unigram = models.Unigram([(piece.text, piece.score) for piece in pieces], UNKNOWN, False)
    document = json.loads(Tokenizer(unigram).to_str())
    document |= _pipeline(max_tokens)
    return Tokenizer.from_str(json.dumps(document))


def save_tokenizer(tokenizer: Tokenizer, path: Path) -> None:
    """Write the tokenizer without indentation and with short scores, which halves its size."""
    document = json.loads(tokenizer.to_str())
    rows = document["model"]["vocab"]
    document["model"]["vocab"] = [[text, round(score, 2)] for text, score in rows]
    path.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), "utf-8")


def _pipeline(max_tokens: int) -> dict[str, Any]:
    return {
        "truncation": {
            "direction": "Right",
            "max_length": max_tokens,
            "strategy": "LongestFirst",
            "stride": 0,
        },
        "padding": None,
        "added_tokens": [_special(number, name) for number, name in enumerate(SPECIAL)],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "NFKC"},
                {
                    "type": "BertNormalizer",
                    "clean_text": True,
                    "handle_chinese_chars": False,
                    "strip_accents": True,
                    "lowercase": True,
                },
            ],
        },
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {
                    "type": "Split",
                    "pattern": {"Regex": _HAN_RUN},
                    "behavior": "Isolated",
                    "invert": False,
                },
                {"type": "BertPreTokenizer"},
                {
                    "type": "Metaspace",
                    "replacement": WORD_START,
                    "prepend_scheme": "always",
                    "split": False,
                },
                {
                    "type": "Split",
                    "pattern": {"Regex": _NEEDLESS_START},
                    "behavior": "Removed",
                    "invert": False,
                },
            ],
        },
        "post_processor": _post_processor(),
        "decoder": {
            "type": "Metaspace",
            "replacement": WORD_START,
            "prepend_scheme": "always",
            "split": False,
        },
    }


def _special(number: int, name: str) -> dict[str, Any]:
    return {
        "id": number,
        "content": name,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }


def _post_processor() -> dict[str, Any]:
    first, last = SPECIAL[START], SPECIAL[END]

    def special(name: str) -> dict[str, Any]:
        return {"SpecialToken": {"id": name, "type_id": 0}}

    def sequence(name: str) -> dict[str, Any]:
        return {"Sequence": {"id": name, "type_id": 0}}

    single = [special(first), sequence("A"), special(last)]
    return {
        "type": "TemplateProcessing",
        "single": single,
        "pair": [*single, sequence("B"), special(last)],
        "special_tokens": {
            name: {"id": name, "ids": [number], "tokens": [name]}
            for number, name in ((START, first), (END, last))
        },
    }
