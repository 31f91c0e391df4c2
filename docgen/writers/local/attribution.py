"""What a model says that its text rests on: how much less likely each word would be without each line of the prompt.

In: a loaded model, a Brief and a text. Out: `Attribution`: the prompt's lines, the text's words, and a number a pair. Measured
by Captum's attribution for language models, with one line at a time left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from captum.attr import FeatureAblation, LLMAttribution, TextTemplateInput

from docgen.brief import Brief
from docgen.report import InputError
from docgen.writers.local.chat import Chat
from docgen.writers.local.decoding import answering
from docgen.writers.local.model import LocalModel


@dataclass(frozen=True)
class Attribution:
    """`weights[line][word]` is by how many nats the line raises the word's log-probability; below 0 where it lowers it.
    `starts` are the words' places in the text."""

    text: str
    lines: tuple[str, ...]
    words: tuple[str, ...]
    starts: tuple[int, ...]
    weights: tuple[tuple[float, ...], ...]


def attribute(model: LocalModel, brief: Brief, text: str) -> Attribution:
    """The attribution of a text to the lines of its Brief's prompt, the first line, which only names the order, left out.

    Raises InputError for an empty text and for a prompt without facts.
    """
    first, *lines = brief.messages(model.chat.excerpt_lines)[0]["content"].split("\n")
    tokens = model.chat.answer(text)[: -len(model.chat.ending) or None]
    if not tokens or not lines:
        what = "the section is empty" if not tokens else f"the prompt for {brief.about} holds no facts"
        raise InputError(what, brief.about, "name a section with a text, of a symbol that has facts")
    with answering(model.model) as plain:
        method = LLMAttribution(FeatureAblation(plain), _Encoder(model.chat))
        asked = TextTemplateInput(
            lambda *kept: _prompt(model.chat, [first, *filter(None, kept)]), values=lines, baselines=[""] * len(lines)
        )
        found = method.attribute(asked, target=torch.tensor(tokens), forward_in_tokens=False)
    return _by_words(model.chat, tokens, tuple(lines), found.token_attr.T.tolist())


def _prompt(chat: Chat, lines: list[str]) -> str:
    return chat.rendered([{"role": "user", "content": "\n".join(lines)}])


@dataclass(frozen=True)
class _Encoder:
    """The chat's tokenizer as Captum asks it: a prompt holds its special tokens already."""

    chat: Chat

    def encode(self, text: str, **options: Any) -> Any:
        return self.chat.tokenizer.encode(text, **options | {"add_special_tokens": False})

    def __call__(self, text: str, **options: Any) -> Any:
        return self.chat.tokenizer(text, **options | {"add_special_tokens": False})

    def __getattr__(self, name: str) -> Any:
        return getattr(self.chat.tokenizer, name)


def _by_words(chat: Chat, tokens: list[int], lines: tuple[str, ...], weights: list[list[float]]) -> Attribution:
    """The numbers of tokens summed over the words that they write."""
    whole = chat.pieces.text(tokens)
    words: list[tuple[int, int]] = []  # first token and place in the text of each word
    for number in range(len(tokens)):
        before, until = len(chat.pieces.text(tokens[:number])), len(chat.pieces.text(tokens[: number + 1]))
        if not words or (whole[before:until][:1].isspace() or whole[before - 1 : before].isspace()):
            words.append((number, before))
    ends = [*(first for first, _ in words[1:]), len(tokens)]
    places = [*(start for _, start in words), len(whole)]
    told = [whole[start:end] for start, end in zip(places, places[1:], strict=False)]
    summed = tuple(tuple(sum(row[first:end]) for (first, _), end in zip(words, ends, strict=True)) for row in weights)
    return Attribution(whole, lines, tuple(told), tuple(places[:-1]), summed)
