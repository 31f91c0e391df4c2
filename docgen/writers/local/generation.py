"""A model's answers to prompts: batched by length, several to a prompt, likeliest or drawn with a seed, confined to a wording.

In: a model, a chat and prompts in tokens. Out: `Draft`s, with their mean log-probability and whether they came to an end by
themselves. An answer depends on its prompt and seed alone, not on what it shares a batch with, but for rounding.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from transformers import PreTrainedModel

from docgen.writers.local.chat import Chat
from docgen.writers.local.confinement import Grammar, State, forbid
from docgen.writers.local.decoding import Decoder, answering
from docgen.writers.local.trail import Trail
from docgen.writers.wording import Wording

TEMPERATURE = 0.7
LEAST = 0.05  # of the likeliest token's chance: what is less likely is never drawn (min-p, Nguyen et al. 2024)
_LOOP = 12  # words and names that do not come again in the same order by chance
_AGAIN = 1e4  # nats by which a token that makes an answer go round is less likely; what is forbidden is far less so
_PROMPTS = 32  # in one batch: more are no faster, and need room
_LEAVE = 8  # one row in so many has to end before a batch is made smaller, which costs a part of a step


@dataclass(frozen=True)
class Draft:
    """One answer. `ended` is false where the limit cut it off; `log_probability` is the mean of its tokens, in nats."""

    text: str
    ended: bool
    log_probability: float


@dataclass(frozen=True)
class Limits:
    """How much at once: tokens of one answer, answers in one batch."""

    new_tokens: int = 256
    batch: int = 64


LIMITS = Limits()


def generate(
    model: PreTrainedModel,
    chat: Chat,
    prompts: Sequence[list[int]],
    limits: Limits = LIMITS,
    *,
    wordings: Sequence[Wording] | None = None,
    seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Draft]:
    """A draft for each prompt: the likeliest tokens, or with a `seed` drawn ones."""
    found = generate_several(model, chat, prompts, (seed,), limits, wordings=wordings, progress=progress)
    return [drafts[0] for drafts in found]


def generate_several(
    model: PreTrainedModel,
    chat: Chat,
    prompts: Sequence[list[int]],
    seeds: Sequence[int | None],
    limits: Limits = LIMITS,
    *,
    wordings: Sequence[Wording] | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[list[Draft]]:
    """For each prompt a draft a seed: the likeliest tokens for None, else drawn ones. A prompt without room for an answer gets
    "". With `wordings`, one a prompt, the names and numbers of an answer are its own.

    The random state, the model's mode and the tokenizer are left as they were; `progress` is told how many prompts are done.
    """
    room = _context(model)
    drafts = [[Draft("", False, 0.0)] * len(seeds) for _ in prompts]
    asked = sorted((number for number, prompt in enumerate(prompts) if 0 < len(prompt) < room), key=lambda n: -len(prompts[n]))
    at_once = max(1, min(_PROMPTS, limits.batch // len(seeds)))
    with answering(model) as plain:
        for start in range(0, len(asked), at_once):
            part = asked[start : start + at_once]
            rows: dict[int, list[_Row]] = {}
            for number in part:
                grammar = None if wordings is None else chat.grammars.of(wordings[number])
                rows[number] = [_Row.of(prompts[number], seed, limits.new_tokens, room, grammar, chat) for seed in seeds]
            decoder = Decoder(plain, chat.tokenizer.pad_token_id)
            _answer(decoder, [prompts[number] for number in part], [row for own in rows.values() for row in own], chat.stops)
            for number, own in rows.items():
                drafts[number] = [row.draft(chat) for row in own]
            if progress is not None:
                progress(len(prompts) - len(asked) + start + len(part))
    return drafts


def _context(model: PreTrainedModel) -> int:
    """The most tokens that the model has positions for."""
    length = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return length if isinstance(length, int) and length > 0 else 1 << 30


@dataclass
class _Row:
    """An answer in the making. `chances` are the random numbers that it is drawn with, one a token; None for the likeliest
    tokens."""

    limit: int
    chances: list[float] | None
    grammar: Grammar | None
    state: State | None
    trail: Trail
    tokens: list[int] = field(default_factory=list)
    log_probability: float = 0.0
    ended: bool = False
    is_open: bool = True

    @staticmethod
    def of(prompt: Sequence[int], seed: int | None, limit: int, room: int, grammar: Grammar | None, chat: Chat) -> _Row:
        limit = min(limit, room - len(prompt))
        state = None if grammar is None else grammar.start
        chances = None if seed is None else _chances(prompt, seed, limit)
        return _Row(limit, chances, grammar, state, Trail(chat.pieces.quoting, chat.pieces.numeric))

    @property
    def allowed(self) -> torch.Tensor | None:
        """The tokens that may come next; None where all may."""
        return None if self.grammar is None or self.state is None else self.grammar.allowed(self.state)

    def grow(self, token: int, log_probability: float, stops: frozenset[int]) -> None:
        """Takes the next token in. No more may come of an answer that has ended, is full, or goes round."""
        self.log_probability += log_probability
        self.ended = token in stops
        self.tokens.append(token)
        self.trail.grow(token)
        self.is_open = not (self.ended or len(self.tokens) >= self.limit or self._goes_round())
        if self.grammar is not None and self.state is not None and self.is_open:
            self.state = self.grammar.after(self.state, token)

    def _goes_round(self) -> bool:
        """Whether its last words and names have come before, as names may without end; looked at now and then, as it costs the
        more the longer the answer is."""
        if len(self.tokens) % _LOOP:
            return False
        last, before = self.trail.units[-_LOOP:], self.trail.units[:-_LOOP]
        return any(before[start : start + _LOOP] == last for start in range(len(before) - _LOOP + 1))

    def draft(self, chat: Chat) -> Draft:
        """The answer as it is now."""
        text, _ = chat.text(self.tokens)
        return Draft(text, self.ended, self.log_probability / max(1, len(self.tokens)))


def _chances(prompt: Sequence[int], seed: int, count: int) -> list[float]:
    """Random numbers from 0 to 1 that depend on the prompt and the seed alone."""
    digest = hashlib.sha256(repr((seed, list(prompt))).encode()).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
    found: list[float] = torch.rand(count, generator=generator, dtype=torch.float64).tolist()
    return found


def _answer(decoder: Decoder, prompts: Sequence[Sequence[int]], rows: Sequence[_Row], stops: frozenset[int]) -> None:
    """Lets rows grow to their ends. Those that have ended leave the batch in groups, as leaving costs a part of a step."""
    scores = decoder.read(prompts, len(rows) // len(prompts))
    here = list(rows)
    while True:
        tokens = _grow(here, scores, stops)
        going = [number for number, row in enumerate(here) if row.is_open]
        if not going:
            return
        if len(here) - len(going) > len(here) // _LEAVE:
            kept = torch.tensor(going, device=scores.device)
            decoder.keep(kept)
            here, tokens = [here[number] for number in going], tokens[kept]
        scores = decoder.step(tokens)


def _grow(rows: Sequence[_Row], scores: torch.Tensor, stops: frozenset[int]) -> torch.Tensor:
    """Chooses the next token of each row that is open, and returns what all rows go on with."""
    if any(row.grammar is not None for row in rows):
        scores = forbid(scores, [row.allowed if row.is_open else None for row in rows])
    likely = torch.log_softmax(scores, dim=-1)
    if again := [(number, token) for number, row in enumerate(rows) if row.is_open for token in row.trail.again]:
        numbers, going_round = zip(*again, strict=True)
        likely[list(numbers), list(going_round)] -= _AGAIN
    most = likely.amax(dim=-1)  # the index of the highest takes ten times as long, and is asked for where it is needed
    tokens = torch.zeros(len(rows), dtype=torch.long, device=scores.device)
    likeliest = [number for number, row in enumerate(rows) if row.chances is None]
    tokens[likeliest] = likely[likeliest].argmax(dim=-1)
    drawn = [number for number, row in enumerate(rows) if row.chances is not None and row.is_open]
    if drawn:
        chances = [(rows[number].chances or [])[len(rows[number].tokens)] for number in drawn]
        tokens[drawn] = _drawn(likely, most, drawn, chances).to(tokens.device)
    found = likely.gather(1, tokens[:, None]).squeeze(1)
    for row, token, log_probability in zip(rows, tokens.tolist(), found.tolist(), strict=True):
        if row.is_open:
            row.grow(token, log_probability, stops)
    return tokens


def _drawn(scores: torch.Tensor, most: torch.Tensor, drawn: Sequence[int], chances: Sequence[float]) -> torch.Tensor:
    """A token for each row that is drawn, at the place that its chance (0 to 1) falls on among those that are likely enough,
    sharpened by the temperature. `most` is the highest score of each row."""
    rows, tokens = (scores >= (most + math.log(LEAST) * TEMPERATURE)[:, None]).nonzero(as_tuple=True)  # few
    weights = torch.exp((scores[rows, tokens] - most[rows]) / TEMPERATURE)
    choices: dict[int, list[tuple[int, float]]] = {}
    for row, token, weight in zip(rows.tolist(), tokens.tolist(), weights.tolist(), strict=True):
        choices.setdefault(row, []).append((token, weight))
    return torch.tensor([_at(choices[row], chance) for row, chance in zip(drawn, chances, strict=True)])


def _at(choice: Sequence[tuple[int, float]], chance: float) -> int:
    """The token whose share of the weights `chance` falls on."""
    left = chance * sum(weight for _, weight in choice)
    for token, weight in choice:
        left -= weight
        if left < 0:
            return token
    return choice[-1][0]
