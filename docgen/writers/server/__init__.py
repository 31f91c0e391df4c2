"""Texts from a server that speaks the OpenAI chat completions format: vLLM, TGI, llama.cpp, Ollama, `transformers serve`.

In: an address and Briefs. Out: one text a Brief, asked for several at a time; those of an earlier run that broke off are kept
and not asked for again. The key comes from the environment variable `DOCGEN_API_KEY` only. One reason to change: how a run
asks; `connection` knows HTTP, `structure` what servers can enforce, `spending` the limit.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import count

from docgen.brief import Brief, prompt_mark
from docgen.cache import Cache
from docgen.facts import JSON, mark
from docgen.report import DocgenError
from docgen.settings import Settings
from docgen.writers.refusals import refusal
from docgen.writers.server.connection import COMPLETIONS, KEY_VARIABLE, NOT_A_SERVER, Connection, Patience, Refused
from docgen.writers.server.spending import Spending, most_tokens, tokens_used
from docgen.writers.server.structure import PROBE_TOKENS, WAYS, expression_of, meets_probe, probe, quotations_of, unwrapped
from docgen.writers.wording import wording_of

__all__ = ["INSTRUCTION", "KEY_VARIABLE", "Patience", "ServerWriter", "server_writer"]

INSTRUCTION = (
    "You write one section of technical documentation. Use only the facts given; state no other name, number or behaviour. "
    "Put names of code in backticks. Answer with the section's prose alone: no heading, no preamble, no closing remark."
)
_EXCERPT_LINES = 60  # of source in an order, for models with a long context
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.S)
_WHOLE_SENTENCES = re.compile(r".*[.!?](?=\s|$)", re.S)
_KINDS = ("answers", "ways")  # of what is kept
_REMEMBERED = 7 * 24 * 3600  # seconds for which what a server can do is believed: people renew them
_NOT_HAD = frozenset({400, 405, 415, 422, 501})  # statuses of an order with a field that a server does not know
_TOLD_EVERY = 25  # answers
_TEMPERATURE = 0.7  # of the answers after the likeliest
_PLAIN = frozenset(("model", "messages", "temperature", "seed", "max_tokens", "stream"))  # fields of any order


@dataclass(frozen=True)
class ServerWriter:
    """Writes by asking a server. `url` is its base, with or without `/chat/completions`; `#MODEL` after it names the model,
    which a server with a single one does not need. `instruction` is the system message ("" for a server of an adapter that
    docgen trained). A Brief is asked for up to `candidates` times while its answers may not stand, for one by the share
    `least_support` of its words that the facts hold. `workers` requests run at once, each for at most `max_tokens` tokens, with
    `excerpt_lines` lines of source. A run stops before it takes more than `max_tokens_total` (0: any number). `structured` has
    a server that can hold the answers to their Briefs' names and numbers; answers are kept in `cache`; `tell` hears how far a
    run is.

    Raises InputError for an address that is none, and DocgenError where the server does not answer as it should.
    """

    url: str
    instruction: str = INSTRUCTION
    excerpt_lines: int = _EXCERPT_LINES
    candidates: int = 1
    least_support: float = 0.0
    max_tokens: int = 400
    max_tokens_total: int = 0
    workers: int = 4
    structured: bool = False
    patience: Patience = Patience()
    cache: Cache = field(default_factory=lambda: Cache(None), repr=False, compare=False)
    tell: Callable[[str], object] = field(default=lambda message: None, repr=False, compare=False)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._connected()

    def _connected(self) -> Connection:
        return Connection(self.url, self.patience, self.environment, tell=self.tell)

    @property
    def name(self) -> str:
        """What reports call this writer: its model, or else its host."""
        connection = self._connected()
        return connection.named_model or connection.base.partition("//")[2].partition("/")[0]

    @property
    def mark(self) -> str:
        """Changes when the model asked for or the way of asking changes."""
        asked: list[JSON] = [
            "server",
            self.name,
            self.instruction,
            prompt_mark(self.excerpt_lines),
            self.candidates,
            self.least_support,
            self.max_tokens,
            self.structured,
        ]
        return mark(asked, 12)

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        """One text a Brief, in their order; "" where the answer is empty or breaks off within its first sentence. The first
        failure that outlasts the retries is raised, and what has not been asked for yet never is; what has been answered until
        then is kept."""
        if not briefs:
            return []
        connection = self._connected()
        model = connection.model()
        spending = Spending(self.max_tokens_total)
        way = self._way(connection, model, spending) if self.structured else ""
        run = _Run(self, connection, model, way, spending)
        executor = ThreadPoolExecutor(max_workers=max(1, min(self.workers, len(briefs))))
        try:
            return list(executor.map(lambda brief: run.text(brief, len(briefs)), briefs))
        finally:
            connection.stopped.set()
            executor.shutdown(cancel_futures=True)
            run.tell_end()

    def _way(self, connection: Connection, model: str, spending: Spending) -> str:
        """How the server takes expressions, empty where it does not; asked once in a week. A field that servers do not know
        some refuse and some ignore, so what counts is whether an answer keeps to the expression."""
        key = json.dumps([connection.base, model])
        if kept := self.cache.get(_KINDS[1], key):
            way, at = json.loads(kept)
            if time.time() - at < _REMEMBERED:
                return str(way)
        self.tell("asking the server what it can hold an answer to")
        hasty = replace(connection, patience=replace(self.patience, retries=0))
        messages = [{"role": "user", "content": "Answer with the word hello."}]
        most = most_tokens(messages, PROBE_TOKENS)
        for way in WAYS:
            order = {"model": model, "messages": messages, "temperature": 0, "max_tokens": PROBE_TOKENS, "stream": False}
            spending.reserve(most, connection.base)
            spent = 0
            try:
                answer = hasty.ask(COMPLETIONS, order | probe().fields(way))
                spent = tokens_used(answer, most)
            except Refused as error:
                if error.status not in _NOT_HAD:
                    return ""  # in trouble of another sort, of which the first order tells more
                continue
            except DocgenError:
                return ""
            finally:
                spending.settle(most, spent)
            if meets_probe(unwrapped(_read(answer)[0] or "", way).strip()):
                break
        else:
            way = ""
        self.cache.put(_KINDS[1], key, json.dumps([way, time.time()]).encode())
        self.tell(f"the server holds answers to their facts ({way})" if way else "the server cannot; answers are verified")
        return way


def server_writer(url: str, settings: Settings, cache: Cache, tell: Callable[[str], object]) -> ServerWriter:
    """The writer at an address, asked as the settings say."""
    server = settings.server
    return ServerWriter(
        url,
        instruction="" if server.taught else INSTRUCTION,
        excerpt_lines=0 if server.taught else _EXCERPT_LINES,
        candidates=settings.write.candidates,
        least_support=settings.write.support,
        max_tokens=server.max_tokens,
        max_tokens_total=server.max_tokens_total,
        workers=server.workers,
        structured=server.structured,
        patience=Patience(server.timeout, server.retries),
        cache=cache,
        tell=tell,
    )


class _Run:
    """The answers of one run, by several workers at once."""

    def __init__(self, writer: ServerWriter, connection: Connection, model: str, way: str, spending: Spending) -> None:
        self._writer, self._connection, self._model, self._way, self._spending = writer, connection, model, way, spending
        self._asked, self._kept, self._answered = count(1), count(1), 0
        self._again = count()  # answers drawn instead of ones that may not stand
        self._too_long, self._cut = count(), count()  # answers that the context, or `max_tokens`, had no room for

    def text(self, brief: Brief, total: int) -> str:
        """The text of one Brief: the likeliest answer, or where that may not stand the first of some others that may."""
        drafts: list[str] = []
        for number in range(self._writer.candidates):
            draft = self._draft(brief, number, total)
            if draft is None or draft in drafts:
                break  # no room for any, or a server that draws nothing
            if not refusal(brief, draft, self._writer.least_support):
                return draft
            drafts.append(draft)
        return drafts[0] if drafts else ""

    def _draft(self, brief: Brief, number: int, total: int) -> str | None:
        """One answer, the one that is kept or what the server says; None where the model's context has no room for it."""
        order = self._order(brief, self._writer.excerpt_lines, number)
        key = json.dumps([self._connection.base, order, brief.mark], sort_keys=True)
        if (kept := self._writer.cache.get(_KINDS[0], key)) is not None:
            if number == 0:
                next(self._kept)
            return kept.decode()
        text = self._asked_shorter(brief, order, number)
        if text:
            self._writer.cache.put(_KINDS[0], key, text.encode())
        if number:
            next(self._again)
            return text
        self._answered = next(self._asked)
        if self._answered % _TOLD_EVERY == 0:
            self._writer.tell(f"{self._answered} of {total} sections answered, {self._spending.spent:,} tokens")
        return text

    def tell_end(self) -> None:
        """Says what was asked and what was kept from before."""
        kept = next(self._kept) - 1
        if not self._answered and not kept:
            return  # it failed, which is told
        before = f", {kept} kept from an earlier run" if kept else ""
        more = f", {again} more drawn for those that may not stand" if (again := next(self._again)) else ""
        self._writer.tell(f"{self._answered} answered by the server with {self._spending.spent:,} tokens{more}{before}")
        if too_long := next(self._too_long):
            fix = "give the server a longer context, or lower max_tokens below [server]"
            self._writer.tell(f"{too_long} do not fit the model's context and are stated plainly: {fix}")
        if cut := next(self._cut):
            fix = "raise max_tokens below [server]; a model that thinks first needs many, or is told not to think"
            self._writer.tell(f"{cut} broke off within the first sentence, for their length: {fix}")

    def _messages(self, brief: Brief, excerpt_lines: int) -> list[dict[str, str]]:
        messages = brief.messages(excerpt_lines)
        instruction = self._writer.instruction
        return [{"role": "system", "content": instruction}, *messages] if instruction else messages

    def _order(self, brief: Brief, excerpt_lines: int, number: int) -> dict[str, object]:
        most, messages = self._writer.max_tokens, self._messages(brief, excerpt_lines)
        order = {"model": self._model, "messages": messages, "temperature": 0, "max_tokens": most, "stream": False}
        order |= {"temperature": _TEMPERATURE, "seed": number} if number else {}
        expression = expression_of(wording_of(brief), quotations_of(brief)) if self._way else None
        return order | (expression.fields(self._way) if expression else {})

    def _asked_shorter(self, brief: Brief, order: Mapping[str, object], number: int) -> str | None:
        """The answer to an order; where it does not fit the model's context, to one without source; None where none fits."""
        try:
            return self._asked_for(order, self._messages(brief, self._writer.excerpt_lines))
        except Refused as error:
            if not error.is_too_long:
                raise
        if self._writer.excerpt_lines and brief.excerpt:
            try:
                return self._asked_for(self._order(brief, 0, number), self._messages(brief, 0))
            except Refused as error:
                if not error.is_too_long:
                    raise
        next(self._too_long)
        return None

    def _asked_for(self, order: Mapping[str, object], messages: Sequence[Mapping[str, str]]) -> str:
        """What the server answers to an order. One that it will not have is asked for without expression."""
        most = most_tokens(messages, self._writer.max_tokens)
        bare = {name: value for name, value in order.items() if name in _PLAIN}
        try:
            answer = self._answer(order, most)
        except Refused as error:
            if len(bare) == len(order) or error.status not in _NOT_HAD or error.is_too_long:
                raise
            order, answer = bare, self._answer(bare, most)
        content, is_cut = _read(answer)
        if content is None:
            shown = json.dumps(answer, ensure_ascii=False)[:120]
            raise self._connection.failure(f"the answer holds no choices[0].message: {shown}", COMPLETIONS, NOT_A_SERVER)
        text = _whole(unwrapped(content, self._way) if len(order) > len(bare) else content, is_cut=is_cut)
        if is_cut and not text:
            next(self._cut)
        return text

    def _answer(self, order: Mapping[str, object], most: int) -> JSON:
        spent = 0
        self._spending.reserve(most, self._connection.base)
        try:
            answer = self._connection.ask(COMPLETIONS, order)
            spent = tokens_used(answer, most)
        finally:
            self._spending.settle(most, spent)
        return answer


def _read(answer: JSON) -> tuple[str | None, bool]:
    """The content of a completion, None where it holds none, and whether it broke off for its length."""
    choices = answer.get("choices") if isinstance(answer, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return None, False
    content = message.get("content")
    return (content if isinstance(content, str) else ""), choice.get("finish_reason") == "length"


def _whole(content: str, *, is_cut: bool) -> str:
    """The text without the thoughts before it; one that broke off ends at its last whole sentence."""
    text = _THOUGHT.sub("", content).strip()
    if is_cut:
        whole = None if text.startswith("<think>") else _WHOLE_SENTENCES.match(text)
        return whole.group(0) if whole else ""
    return text
