"""Names and numbers that cannot be invented: a grammar over a tokenizer's tokens that lets through a Wording and no more.

In: `Pieces` and the `Wording` of each answer. Out: a logits processor, for sampling and for beams. The grammar is an automaton
over characters, so a token across a boundary (a backtick with the full stop after it) counts as what it writes; the tokens that
each state allows are computed once, when the state is first met.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from transformers import LogitsProcessor

from docgen.writers.local.pieces import Node, Pieces
from docgen.writers.wording import JOINERS, Wording, sort_of

_REFUSED, _FREE, _CLOSED, _AFTER = -1, -2, -3, -4
_LOW = 1e30  # under any score, and far from the end of float32
_KEPT = 1 << 26  # bytes of masks that are kept


class State(NamedTuple):
    """Where an answer stands. `place` is a node of the grammar's trie, or `_FREE`: in a word that is no unit's beginning;
    `_CLOSED`: behind a whole unit and signs, where no letter may come; `_AFTER`: right behind a name. `pending` are the bytes
    of a character that has begun."""

    place: int
    pending: bytes = b""


class Grammar:
    """What a Wording lets through. A state is followed through the text of tokens with `after`."""

    def __init__(self, pieces: Pieces, wording: Wording, stops: Sequence[int]) -> None:
        self._pieces = pieces
        self._stops = torch.tensor(stops, dtype=torch.long)
        self._children: list[dict[str, int]] = [{}, {}]
        self._whole: list[bool] = [True, False]  # whether a unit, or a name, is complete here
        self._coded: list[bool] = [False, False]  # whether the word has had a digit or an underscore
        self._good: list[bool] = [True, False]  # whether tokens lead from here to a whole unit or name
        for unit in sorted(wording.units):
            self._add(0, unit)
        self._unit_nodes = len(self._children)
        for name in sorted(wording.names):
            self._add(1, f" {name} " if pieces.is_spaced else name)
        for node in range(2, self._unit_nodes):  # a node comes after the one that leads to it
            for character, child in self._children[node].items():
                if character in JOINERS and self._whole[node]:
                    self._whole[child] = self._good[child] = True
        self._masks: dict[State, torch.Tensor] = {}

    def _add(self, root: int, text: str) -> None:
        reachable = _reachable(text if root == 0 else f"{text}`", self._pieces)
        node, is_coded = root, False
        trail = [root]
        for character in text:
            child = self._children[node].get(character)
            is_coded = is_coded or sort_of(character) == "code"
            if child is None:
                child = len(self._children)
                self._children[node][character] = child
                self._children.append({})
                self._whole.append(root == 0 and not is_coded)
                self._coded.append(root == 0 and is_coded)
                self._good.append(root == 0 and not is_coded)
            node = child
            trail.append(node)
        for position, place in enumerate(trail):
            self._good[place] = self._good[place] or reachable[position]
        self._whole[node] = True

    @property
    def start(self) -> State:
        """The state of an empty text."""
        return State(0)

    def after(self, state: State, token: int) -> State | None:
        """The state after a token; None where it may not come."""
        piece = self._pieces.all[token] if token < len(self._pieces.all) else None
        if piece is None:
            return None
        text, pending = piece.text, state.pending
        if pending or piece.lead:
            pending += piece.lead
            if text or piece.tail or not _may_go_on(pending):
                whole = _decoded(pending)
                if whole is None:
                    return None
                text, pending = whole + text, b""
            elif (whole := _decoded(pending)) is not None:
                text, pending = whole, b""
        place = state.place
        for character in text:
            place = self._step(place, character)
            if place == _REFUSED:
                return None
        if piece.tail:
            pending = piece.tail
        is_right = self._may_begin(place, pending) if pending else self._may_rest(place)
        return State(place, pending) if is_right else None

    def may_end(self, state: State) -> bool:
        """Whether the text may end here: in no name, and in no part of a unit."""
        place = state.place
        is_outside = place < 0 or place == 0 or 2 <= place < self._unit_nodes
        return is_outside and not state.pending and (place < 0 or self._whole[place])

    def _step(self, place: int, character: str) -> int:
        """Where a character leads to, from outside of a name or from inside of one."""
        if place == 1 or place >= self._unit_nodes:
            return self._inside(place, character)
        sort = sort_of(character)
        if sort == "banned":
            return _REFUSED
        if place >= 0:
            child = self._children[place].get(character)
            if child is not None:
                return child
        is_word = place == _CLOSED or (place >= 0 and self._coded[place])
        if sort in ("gap", "tick"):
            if place >= 0 and not self._whole[place]:
                return _REFUSED
            if sort == "gap":
                return 0
            return _REFUSED if place == _AFTER or not self._good[1] else 1
        if sort == "joiner":
            return _FREE if not is_word else _CLOSED if place == _CLOSED or self._whole[place] else _REFUSED
        return _REFUSED if is_word or sort == "code" else _FREE

    def _may_rest(self, place: int) -> bool:
        """Whether a token may end at a place: others lead on from there to a whole unit or name."""
        return place < 0 or self._good[place]

    def _inside(self, place: int, character: str) -> int:
        if character == "`":
            return _AFTER if self._whole[place] and place != 1 else _REFUSED
        return self._children[place].get(character, _REFUSED)

    def _may_begin(self, place: int, pending: bytes) -> bool:
        """Whether a character that begins with these bytes may be written: one that goes on with a name or a unit, or any where
        plain words are."""
        if place >= 0 and any(
            character.encode().startswith(pending) and self._good[child] for character, child in self._children[place].items()
        ):
            return True
        is_inside = place == 1 or place >= self._unit_nodes
        return not is_inside and place != _CLOSED and (place < 0 or not self._coded[place])

    # What each state allows -------------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Bytes of what has been found out about states."""
        return len(self._masks) * len(self._pieces.written)

    def allowed(self, state: State) -> torch.Tensor:
        """The tokens that may come after a state, as a row of booleans; the end where the text may end, or where nothing else
        can come."""
        if state not in self._masks:
            mask = self._mask(state)
            mask[self._stops] = self.may_end(state) or not mask.any()
            self._masks[state] = mask
        return self._masks[state]

    def _mask(self, state: State) -> torch.Tensor:
        place, pieces = state.place, self._pieces
        mask = torch.zeros(len(pieces.written), dtype=torch.bool)
        allowed: list[int] = []
        if state.pending or (place >= 0 and not all(map(str.isascii, self._children[place]))):
            allowed += [token for token in pieces.broken if self.after(state, token) is not None]
        if state.pending:
            pass
        elif place == 1 or place >= self._unit_nodes:
            allowed += self._within(place) + self._walk(pieces.coded, place)
        elif place != _CLOSED and (place < 0 or not self._coded[place]):
            mask = pieces.plain.clone()
            allowed += self._walk(pieces.coded, place)
        else:
            if place == _CLOSED or self._whole[place]:
                mask = pieces.ending.clone()
                allowed += self._walk(pieces.coded, place)
            if place >= 0:
                allowed += self._within(place) + self._walk(pieces.coded, place) + self._walk(pieces.mixed, place)
        mask[torch.tensor(allowed, dtype=torch.long)] = True
        return mask

    def _walk(self, trie: Node, place: int) -> list[int]:
        """Tokens of a trie that lead on from a place."""
        found: list[int] = []
        waiting = [(trie, place)]
        while waiting:
            node, here = waiting.pop()
            found += node.tokens if self._may_rest(here) else ()
            for character, child in node.children.items():
                there = self._step(here, character)
                if there != _REFUSED:
                    waiting.append((child, there))
        return found

    def _within(self, place: int) -> list[int]:
        """Tokens that only go on with the unit or name begun."""
        found: list[int] = []
        waiting = [("", place)]
        while waiting:
            text, here = waiting.pop()
            found += self._pieces.by_text.get(text, ()) if self._may_rest(here) else ()
            if len(text) < self._pieces.longest:
                waiting += [(text + character, child) for character, child in self._children[here].items()]
        return found


def _reachable(text: str, pieces: Pieces) -> list[bool]:
    """For each position of a text whether tokens of whole characters lead from it to the end; characters that only bytes write
    count as written."""
    reachable = [False] * len(text) + [True]
    for position in range(len(text) - 1, -1, -1):
        if not text[position].isascii() and pieces.has_bytes:
            reachable[position] = reachable[position + 1]
        ends = range(position + 1, min(len(text), position + pieces.longest) + 1)
        reachable[position] = reachable[position] or any(
            reachable[end] and text[position:end] in pieces.by_text for end in ends
        )
    return reachable


def _decoded(pending: bytes) -> str | None:
    try:
        return pending.decode()
    except UnicodeDecodeError:
        return None


def _may_go_on(pending: bytes) -> bool:
    """Whether bytes are the beginning of one character."""
    try:
        pending.decode()
    except UnicodeDecodeError as error:
        return error.start == 0 and error.reason == "unexpected end of data"
    return False


# While decoding -----------------------------------------------------------------------------------------------------------


class Grammars:
    """The grammars of a tokenizer, each made once a Wording and kept while there is room for what it allows. `stops` are the
    tokens that end an answer."""

    def __init__(self, pieces: Pieces, stops: Iterable[int]) -> None:
        self._pieces = pieces
        self._stops = tuple(sorted(set(stops)))
        self._made: dict[Wording, Grammar] = {}

    def of(self, wording: Wording) -> Grammar:
        """The grammar of a wording."""
        if wording not in self._made:
            if sum(grammar.size for grammar in self._made.values()) > _KEPT:
                self._made.clear()
            self._made[wording] = Grammar(self._pieces, wording, self._stops)
        return self._made[wording]


def forbid(scores: torch.Tensor, allowed: Sequence[torch.Tensor | None]) -> torch.Tensor:
    """The scores with all that is not allowed in a row so low that its chance is 0; a row with None stays as it is."""
    width = next((row.shape[0] for row in allowed if row is not None), scores.shape[1])
    free = torch.ones(width, dtype=torch.bool)
    kept = torch.stack([free if row is None else row for row in allowed]).to(scores.device, torch.float32)
    scores[:, :width] += kept.sub_(1).mul_(_LOW)  # three times as fast as filling in
    scores[:, width:] = -_LOW  # rows of the head that no token has
    return scores


class Confinement(LogitsProcessor):
    """Forbids, in each row, every token that its grammar does not let through. Rows belong to the wordings in groups of equal
    size, so beams and several draws are told apart from the text they have written, which beams exchange as they go. `start` is
    where the answers begin in the rows of tokens."""

    def __init__(self, grammars: Grammars, wordings: Sequence[Wording], start: int) -> None:
        self._grammars = [grammars.of(wording) for wording in wordings]
        self._start = start
        self._states: dict[tuple[int, tuple[int, ...]], State | None] = {}

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        rows = [tuple(row) for row in input_ids[:, self._start :].tolist()]
        size = len(rows) // len(self._grammars)
        keys = [(number // size, row) for number, row in enumerate(rows)]
        self._states = {key: self._state(*key) for key in keys}
        found = [(self._grammars[number], self._states[number, row]) for number, row in keys]
        return forbid(scores, [None if state is None else grammar.allowed(state) for grammar, state in found])

    def _state(self, number: int, row: tuple[int, ...]) -> State | None:
        """The state after a row's tokens, from that of the step before; None behind its end."""
        grammar = self._grammars[number]
        if (number, row[:-1]) in self._states:
            before = self._states[number, row[:-1]]
            return None if before is None else grammar.after(before, row[-1])
        state: State | None = grammar.start
        for token in row:
            state = None if state is None else grammar.after(state, token)
        return state
