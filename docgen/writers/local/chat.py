"""How a base is asked and how it answers, in tokens: the same in training, in evaluation and in production.

In: a tokenizer and Briefs. Out: prompts and answers as token numbers. A row of training is exactly the prompt that is generated
from, then the answer, then the end of the turn, so nothing has to be masked by guessing where a prompt ends.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from docgen.brief import Brief, prompt_mark
from docgen.writers.local.confinement import Grammars
from docgen.writers.local.pieces import Pieces

_QUESTION, _ANSWER = "docgen asks.", "docgen answers."


@dataclass(frozen=True)
class Chat:
    """A tokenizer's way of holding a conversation. `lead` stands between the template's prompt and every answer (an empty
    thought, say), `ending` are the tokens after it, `stops` those that end a turn."""

    tokenizer: PreTrainedTokenizerBase
    lead: str
    ending: tuple[int, ...]
    stops: frozenset[int]
    excerpt_lines: int = 0

    @staticmethod
    def of(tokenizer: PreTrainedTokenizerBase, folder: Path, excerpt_lines: int = 0) -> Chat:
        """The chat of a tokenizer with a template, for the model in `folder`, whose configuration may name more end tokens."""
        stops = stop_tokens(folder) | {tokenizer.eos_token_id}
        asked = [{"role": "user", "content": _QUESTION}]
        prompt = _rendered(tokenizer, asked, prompted=True)
        whole = _rendered(tokenizer, [*asked, {"role": "assistant", "content": _ANSWER}], prompted=False)
        rest = whole.removeprefix(prompt) if whole.startswith(prompt) else ""
        # A template that renders its own prompt differently once it is answered (some that think do) says nothing of use about
        # what follows the prompt: then the answer follows, and the end token.
        lead, found, ending = rest.partition(_ANSWER)
        tokens = _tokens(tokenizer, ending) if found else []
        first_stop = next((number for number, token in enumerate(tokens) if token in stops), None)
        tokens = [*tokens, tokenizer.eos_token_id] if first_stop is None else tokens[: first_stop + 1]
        return Chat(tokenizer, lead if found else "", tuple(tokens), frozenset(stops), excerpt_lines)

    @cached_property
    def pieces(self) -> Pieces:
        """The tokens as text."""
        return Pieces(self.tokenizer)

    @cached_property
    def grammars(self) -> Grammars:
        """What confines an answer to a wording."""
        return Grammars(self.pieces, self.stops)

    @property
    def prompt_mark(self) -> str:
        """The mark of the prompts that this chat makes."""
        return prompt_mark(self.excerpt_lines)

    def prompt(self, brief: Brief) -> list[int]:
        """What the model is given."""
        return _tokens(self.tokenizer, self.rendered(brief.messages(self.excerpt_lines)))

    def asked(self, question: str) -> list[int]:
        """What the model is given where it is asked something else than docgen asks."""
        return _tokens(self.tokenizer, self.rendered([{"role": "user", "content": question}]))

    @property
    def opening(self) -> list[int]:
        """What stands before every question, from which a base goes on with one of its own; the token that begins a text, or
        ends one, where a template has nothing there."""
        before, _, _ = self.rendered([{"role": "user", "content": _QUESTION}]).partition(_QUESTION)
        begin = self.tokenizer.bos_token_id
        return _tokens(self.tokenizer, before) or [self.tokenizer.eos_token_id if begin is None else begin]

    def rendered(self, messages: list[dict[str, str]]) -> str:
        """Messages as the text that the model is given."""
        return _rendered(self.tokenizer, messages, prompted=True) + self.lead

    def answer(self, text: str) -> list[int]:
        """What the model should give, with the end of its turn."""
        return [*_tokens(self.tokenizer, text), *self.ending]

    def control_token(self, text: str) -> str | None:
        """A token with a meaning of its own that `text` would bring into an answer, such as the end token; None for ordinary
        text."""
        special = set(self.tokenizer.all_special_ids) | self.stops
        return next((self.tokenizer.decode([token]) for token in _tokens(self.tokenizer, text) if token in special), None)

    def text(self, tokens: Sequence[int]) -> tuple[str, bool]:
        """The text of generated tokens up to the first end token, and whether there was one."""
        end = next((number for number, token in enumerate(tokens) if token in self.stops), None)
        kept = tokens if end is None else tokens[:end]
        return self.pieces.text(kept).strip(), end is not None


def stop_tokens(folder: Path) -> set[int]:
    """The end tokens that a model's configuration names; empty where it names none."""
    found: set[int] = set()
    for name in ("config.json", "generation_config.json"):
        path = folder / name
        value = json.loads(path.read_bytes()).get("eos_token_id") if path.is_file() else None
        found |= {token for token in (value if isinstance(value, list) else [value]) if isinstance(token, int)}
    return found


def _rendered(tokenizer: PreTrainedTokenizerBase, messages: list[dict[str, str]], *, prompted: bool) -> str:
    # Templates that think by default are asked not to; the others ignore the word.
    rendered = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=prompted, enable_thinking=False)
    return str(rendered)


def _tokens(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]) if text else []
