"""The tokenizer of a model folder: `tokenizer_config.json` and `tokenizer.json`.

In: the parsed files. Out: `tokenizer.*` facts. The size counted here is the tokenizer's own; the model's `vocab_size` is often
padded to a rounder number.
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.facts import Fact
from docgen.readers.json_file import JsonFile, whole_number, words

_NO_LIMIT = 10**20  # tokenizers without a limit write 1e30, older ones 1e20
_TOKENIZER_KEYS = ("padding_side", "truncation_side", "bos_token", "eos_token", "pad_token")


def tokenizer_facts(config: JsonFile) -> Iterator[Fact]:
    """The facts of a `tokenizer_config.json`: class, limit, padding, special tokens, whether there is a chat template."""
    yield Fact("tokenizer.class", words(config.get("tokenizer_class")), config.source("tokenizer_class"))
    length = whole_number(config.get("model_max_length"))
    if length is not None and length < _NO_LIMIT:
        yield Fact("tokenizer.model_max_length", length, config.source("model_max_length"))
    for key in _TOKENIZER_KEYS:
        value = config.get(key)
        token = value.get("content") if isinstance(value, dict) else value
        yield Fact(f"tokenizer.{key}", words(token), config.source(key))
    if config.get("chat_template"):
        yield Fact("tokenizer.chat_template", True, config.source("chat_template"))


def vocabulary_size(tokenizer: JsonFile) -> int | None:
    """How many distinct tokens there are, added ones included; None where the vocabulary is not in the file."""
    vocabulary, added = tokenizer.get("model", "vocab"), tokenizer.get("added_tokens")
    if isinstance(vocabulary, dict):
        tokens = set(vocabulary)
    elif isinstance(vocabulary, list):  # Unigram: pairs of a token and its score
        tokens = {str(pair[0]) for pair in vocabulary if isinstance(pair, list) and pair}
    else:
        return None
    more = added if isinstance(added, list) else []
    tokens |= {str(token["content"]) for token in more if isinstance(token, dict) and "content" in token}
    return len(tokens) or None
