"""What each token of a tokenizer writes, to the byte, whatever the family: byte-level BPE, sentencepiece, WordPiece.

In: a tokenizer. Out: `Pieces`: the text of tokens, the only way in which answers become text, and tries over them. One reason:
what a confinement believes a token to write and what stands on the page must be the same characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
from transformers import PreTrainedTokenizerBase

from docgen.writers.wording import sort_of

_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_MARKUP = re.compile(r"<[^<>\s]+>")  # an added token such as <think>, which is no text
_BAR = "\u2581"  # sentencepiece's blank
_ANCHOR = "a"


@dataclass(frozen=True)
class Piece:
    """What a token writes: bytes that end a character begun before, text, and bytes that begin one."""

    lead: bytes
    text: str
    tail: bytes

    @staticmethod
    def of(written: bytes) -> Piece | None:
        """None for bytes that no text can hold."""
        start = next((index for index, byte in enumerate(written) if not 0x80 <= byte < 0xC0), len(written))
        lead, rest = written[:start], written[start:]
        try:
            return Piece(lead, rest.decode(), b"")
        except UnicodeDecodeError as error:
            if error.reason != "unexpected end of data":
                return None
            return Piece(lead, rest[: error.start].decode(), rest[error.start :])


@dataclass(slots=True)
class Node:
    """A place in a trie of characters: the tokens that end here, and what may follow."""

    tokens: list[int] = field(default_factory=list)
    children: dict[str, Node] = field(default_factory=dict)


class Pieces:
    """The tokens of a tokenizer by what they write. Special tokens write nothing, and an answer never holds one."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.written = _written(tokenizer)
        # WordPiece writes a blank before each word, and so before a closing backtick: `` ` path ` ``.
        self.is_spaced = b" `" in self.written and b"`" not in self.written

    def text(self, tokens: Sequence[int]) -> str:
        """What tokens write one after the other."""
        known = len(self.written)
        whole = b"".join(self.written[token] or b"" for token in tokens if token < known).decode("utf-8", "replace")
        return re.sub(r"` ([^`\n]*) `", r"`\1`", whole) if self.is_spaced else whole

    @cached_property
    def all(self) -> list[Piece | None]:
        """Each token's piece; None for one that must not stand in a text."""
        return [Piece.of(written) if written else None for written in self.written]

    @cached_property
    def by_text(self) -> dict[str, list[int]]:
        """Tokens by their text, those that write whole characters."""
        found: dict[str, list[int]] = {}
        for token, piece in enumerate(self.all):
            if piece is not None and not piece.lead and not piece.tail:
                found.setdefault(piece.text, []).append(token)
        return found

    @cached_property
    def has_bytes(self) -> bool:
        """Whether a token exists for every byte of a character that no token writes whole."""
        single = {written for written in self.written if written is not None and len(written) == 1}
        return all(bytes([byte]) in single for byte in range(0x80, 0xC0))

    @cached_property
    def longest(self) -> int:
        """Characters of the longest token."""
        return max(map(len, self.by_text), default=1)

    @cached_property
    def quoting(self) -> frozenset[int]:
        """Tokens after which what was outside backticks is inside, and the other way round."""
        return frozenset(token for token, written in enumerate(self.written) if written and written.count(b"`") % 2)

    @cached_property
    def numeric(self) -> frozenset[int]:
        """Tokens with a digit."""
        return frozenset(token for token, written in enumerate(self.written) if written and re.search(rb"\d", written))

    @cached_property
    def broken(self) -> list[int]:
        """Tokens that begin or end in the middle of a character."""
        return [token for token, piece in enumerate(self.all) if piece is not None and (piece.lead or piece.tail)]

    @cached_property
    def plain(self) -> torch.Tensor:
        """Tokens without a digit, an underscore or a backtick: what may come wherever a plain word may."""
        return self._those(lambda piece: not piece.lead and _is_plain(piece.text))

    @cached_property
    def ending(self) -> torch.Tensor:
        """Plain tokens that end the word before them: signs that join nothing, and then a gap or no more."""
        return self._those(lambda piece: not piece.lead and _is_plain(piece.text) and _ends(piece))

    def _those(self, wanted: Callable[[Piece], bool]) -> torch.Tensor:
        return torch.tensor([piece is not None and wanted(piece) for piece in self.all])

    @cached_property
    def mixed(self) -> Node:
        """The plain tokens that go on with a word and end it."""
        return _trie((text, tokens) for text, tokens in self.by_text.items() if _is_plain(text) and _goes_on_and_ends(text))

    @cached_property
    def coded(self) -> Node:
        """The tokens of whole characters that are not plain."""
        return _trie((text, tokens) for text, tokens in self.by_text.items() if not _is_plain(text))


def _is_plain(text: str) -> bool:
    return all(sort_of(character) in ("letter", "joiner", "gap") for character in text)


def _goes_on_and_ends(text: str) -> bool:
    word = len(text) - len(text.lstrip("".join(character for character in text if sort_of(character) in ("letter", "joiner"))))
    return 0 < word < len(text) and any(sort_of(character) == "letter" for character in text[:word])


def _ends(piece: Piece) -> bool:
    after = next((sort_of(character) for character in piece.text if sort_of(character) != "joiner"), "")
    return after == "gap" or (not after and not piece.tail)


def _trie(items: Iterable[tuple[str, list[int]]]) -> Node:
    root = Node()
    for text, tokens in items:
        node = root
        for character in text:
            child = node.children.get(character)
            if child is None:
                child = node.children[character] = Node()
            node = child
        node.tokens += tokens
    return root


# What is written ----------------------------------------------------------------------------------------------------------


def _written(tokenizer: PreTrainedTokenizerBase) -> list[bytes | None]:
    """The bytes of each token; None for special tokens, and for added ones that are markup."""
    pieces = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    added = {token: str(content) for token, content in tokenizer.added_tokens_decoder.items()}
    silent = {*tokenizer.all_special_ids, *(token for token, content in added.items() if _MARKUP.fullmatch(content))}
    silent -= {token for token in silent if _BYTE.fullmatch(pieces[token] or "")}
    if _is_byte_level(tokenizer):
        letters = _byte_letters()
        found = [_of_letters(piece, letters) for piece in pieces]
    elif sum(_BAR in (piece or "") for piece in pieces) > len(pieces) // 20:
        found = [_of_bar(piece) for piece in pieces]
    else:
        found = _decoded(tokenizer, len(pieces))
    for token, content in added.items():
        found[token] = content.encode()
    return [None if token in silent else written for token, written in enumerate(found)]


def _is_byte_level(tokenizer: PreTrainedTokenizerBase) -> bool:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    return "ByteLevel" in repr(getattr(backend, "decoder", None))


def _byte_letters() -> dict[str, int]:
    """The letter that stands for each byte in byte-level vocabularies (GPT-2's table): itself where it shows, else one from 256
    on."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {chr(byte): byte for byte in shown} | {chr(256 + number): byte for number, byte in enumerate(hidden)}


def _of_letters(piece: str | None, letters: dict[str, int]) -> bytes | None:
    if piece is None:
        return None
    return bytes(letters[letter] for letter in piece) if all(letter in letters for letter in piece) else piece.encode()


def _of_bar(piece: str | None) -> bytes | None:
    if piece is None:
        return None
    byte = _BYTE.fullmatch(piece)
    return bytes([int(byte[1], 16)]) if byte else piece.replace(_BAR, " ").encode()


def _decoded(tokenizer: PreTrainedTokenizerBase, count: int) -> list[bytes | None]:
    """What each token adds to a text that has begun, for tokenizers that say so by decoding only."""
    anchor = tokenizer(_ANCHOR, add_special_tokens=False)["input_ids"][:1]
    before = tokenizer.decode(anchor)
    texts = tokenizer.batch_decode([[*anchor, token] for token in range(count)])
    return [text[len(before) :].encode() if text.startswith(before) else None for text in texts]
