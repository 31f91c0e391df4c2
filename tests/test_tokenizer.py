"""The embedded base's tokenizer: nothing is lost, names and digits are split, and a prompt is the beginning of its row."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("transformers", reason='the tokenizer needs transformers: pip install "docgen[llm]"')

from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from docgen.training.tokenizer import ASSISTANT, END, PAD, USER, load_tokenizer, train_tokenizer

TEXTS = [
    "Loads the rates of a currency from the cache.",
    "`load_rates` raises `ValueError` when `timeout` is negative.",
    "def load_rates(currency, timeout=30): HTTPServer LoadRates",
] * 20


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return train_tokenizer(TEXTS, 512)


def pieces(tokenizer: PreTrainedTokenizerFast, text: str) -> list[str]:
    """What the text is split into before anything is merged: no token reaches over two of them."""
    split = tokenizer.backend_tokenizer.pre_tokenizer.pre_tokenize_str(text)
    return [text[start:end] for _, (start, end) in split]


@given(st.text())
def test_every_text_comes_back_from_its_tokens(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.parametrize(
    "text", ["naïve café", "日本語の説明", "🙂‍↕️", "a\u00a0b\u2028c", "\x00\x7f", "tab\tand\r\nline", " two  blanks "]
)
def test_text_that_was_never_seen_comes_back(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("load_rates", ["load", "_", "rates"], id="underscores"),
        pytest.param("loadRates", ["load", "Rates"], id="camelCase"),
        pytest.param("HTTPServer", ["HTTP", "Server"], id="capitals before a word"),
        pytest.param("ValueError", ["Value", "Error"], id="an exception"),
        pytest.param("__init__", ["__", "init", "__"], id="dunder"),
        pytest.param("1024", ["1", "0", "2", "4"], id="digits"),
        pytest.param("in 30 s", ["in", " 3", "0", " s"], id="a number in a text"),
        pytest.param("v2", ["v", "2"], id="a digit after a letter"),
        pytest.param("(`a`)", ["(`", "a", "`)"], id="signs"),
    ],
)
def test_names_and_numbers_are_split_before_they_are_merged(
    tokenizer: PreTrainedTokenizerFast, text: str, expected: list[str]
) -> None:
    assert pieces(tokenizer, text) == expected


def test_what_a_prompt_shows_and_what_an_answer_copies_share_their_tokens(tokenizer: PreTrainedTokenizerFast) -> None:
    shown, copied = tokenizer.encode("`load_rates`"), tokenizer.encode("Call `load_rates`.")
    assert [token for token in tokenizer.convert_ids_to_tokens(copied) if token in tokenizer.convert_ids_to_tokens(shown)]
    assert tokenizer.encode("30")[:1] == tokenizer.encode("31")[:1]


MESSAGES = [{"role": "user", "content": "Write the Introduction."}, {"role": "assistant", "content": "Loads the rates."}]


def test_a_prompt_is_the_beginning_of_its_whole_conversation(tokenizer: PreTrainedTokenizerFast) -> None:
    prompt = tokenizer.apply_chat_template(MESSAGES[:1], tokenize=False, add_generation_prompt=True)
    whole = tokenizer.apply_chat_template(MESSAGES, tokenize=False)
    assert whole == prompt + "Loads the rates." + END
    assert tokenizer.encode(whole)[: len(tokenizer.encode(prompt))] == tokenizer.encode(prompt)


@given(st.text(), st.text())
def test_the_prefix_holds_for_every_text(tokenizer: PreTrainedTokenizerFast, asked: str, answered: str) -> None:
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    prompt = tokenizer.apply_chat_template(messages[:1], tokenize=False, add_generation_prompt=True)
    tokens = tokenizer.encode(prompt)
    assert tokenizer.apply_chat_template(messages, tokenize=False).startswith(prompt)
    assert tokenizer.encode(prompt + answered + END)[: len(tokens)] == tokens


def test_special_tokens_are_one_token_each_and_the_first_ones(tokenizer: PreTrainedTokenizerFast) -> None:
    assert [tokenizer.encode(token) for token in (PAD, END, USER, ASSISTANT)] == [[0], [1], [2], [3]]
    assert (tokenizer.pad_token_id, tokenizer.eos_token_id) == (0, 1)


def test_the_vocabulary_is_as_large_as_asked(tokenizer: PreTrainedTokenizerFast) -> None:
    words = [f"{first}{second}{third} " for first in "abcdefgh" for second in "klmnop" for third in "qrstuv"]
    assert len(train_tokenizer(["".join(words)], 300)) == 300
    assert len(train_tokenizer([""], 512)) == 260, "every byte and the special tokens"


def test_a_saved_tokenizer_is_the_same_for_plain_transformers(tokenizer: PreTrainedTokenizerFast, tmp_path: Path) -> None:
    tokenizer.save_pretrained(tmp_path)
    text = "`load_rates` raises ValueError: 30 s"
    for loaded in (load_tokenizer(tmp_path), AutoTokenizer.from_pretrained(tmp_path, local_files_only=True)):
        assert loaded.encode(text) == tokenizer.encode(text)
        assert loaded.apply_chat_template(MESSAGES, tokenize=False) == tokenizer.apply_chat_template(MESSAGES, tokenize=False)
        assert (loaded.eos_token, loaded.pad_token) == (END, PAD)


def test_training_twice_gives_the_same_tokenizer(tokenizer: PreTrainedTokenizerFast) -> None:
    assert train_tokenizer(TEXTS, 512).get_vocab() == tokenizer.get_vocab()
