"""Texts from a server that speaks the OpenAI chat completions format: vLLM, llama.cpp, Ollama, a hosted service.

In: an address and Briefs. Out: one text a Brief, asked for several at a time over plain urllib. The key comes from the
environment variable `DOCGEN_API_KEY` only and stands in no message. One reason to change: that protocol.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import Message
from typing import IO

from docgen.brief import Brief, prompt_mark
from docgen.facts import JSON, mark
from docgen.report import DocgenError, InputError

KEY_VARIABLE = "DOCGEN_API_KEY"
INSTRUCTION = (
    "You write one section of technical documentation. Use only the facts given; state no other name, number or behaviour. "
    "Put names of code in backticks. Answer with the section's prose alone: no heading, no preamble, no closing remark."
)
_COMPLETIONS, _MODELS = "/chat/completions", "/models"
_NOT_A_SERVER = "check that this is a chat completions server"
_SHORTEST_KEY = 8  # characters of a real one; local servers take words like `none`
_LARGEST_ANSWER = 4_000_000  # bytes; a section is a few hundred words
_LONGEST_WAIT = 60.0  # seconds; a server that asks for more is not waited for longer
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.S)
_WHOLE_SENTENCES = re.compile(r".*[.!?](?=\s|$)", re.S)


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to ask: `timeout` and `pause` in seconds; the pause doubles with each of `retries`."""

    timeout: float = 120.0
    retries: int = 4
    pause: float = 1.0


@dataclass(frozen=True)
class ServerWriter:
    """Writes by asking a server. `url` is its base, with or without `/chat/completions`; `#MODEL` after it names the model,
    which a server with a single one does not need. `instruction` is the system message ("" for a server of an adapter that
    docgen trained); `workers` requests run at once, each for at most `max_tokens` tokens, with `excerpt_lines` lines of source.

    Raises InputError for an address that is none, and DocgenError where the server does not answer as it should.
    """

    url: str
    instruction: str = INSTRUCTION
    excerpt_lines: int = 60
    max_tokens: int = 400
    workers: int = 4
    patience: Patience = Patience()
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            parts = urllib.parse.urlsplit(self.url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.query
        except ValueError:
            usable = False
        if not usable or not self.url.isprintable() or " " in self.url:
            raise InputError(f"not a server's address: {self.url!r}", fix="write it as http://localhost:8000/v1#MODEL")
        if parts.username or parts.password:
            what = "a server's address with a user or password in it"
            raise InputError(what, f"{parts.scheme}://{parts.hostname}", f"leave them out and set {KEY_VARIABLE}")
        if not self._key.isascii() or not self._key.isprintable():
            raise InputError(f"{KEY_VARIABLE} holds characters that no key has", fix="set it to the key alone")

    @property
    def _key(self) -> str:
        return self.environment.get(KEY_VARIABLE, "").strip()

    @property
    def name(self) -> str:
        """What reports call this writer: its model, or else its host."""
        parts = urllib.parse.urlsplit(self.url)
        return parts.fragment or parts.netloc

    @property
    def mark(self) -> str:
        """Changes when the model asked for or the way of asking changes."""
        return mark(["server", self.name, self.instruction, prompt_mark(self.excerpt_lines), self.max_tokens], 12)

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        """One text a Brief, in their order; "" where the answer is empty or breaks off within its first sentence. The first
        failure that outlasts the retries is raised, and what has not been asked for yet never is."""
        if not briefs:
            return []
        model = urllib.parse.urlsplit(self.url).fragment or self._only_model()
        executor = ThreadPoolExecutor(max_workers=max(1, min(self.workers, len(briefs))))
        try:
            return list(executor.map(lambda brief: self._write(brief, model), briefs))
        finally:
            executor.shutdown(cancel_futures=True)

    def _write(self, brief: Brief, model: str) -> str:
        messages = brief.messages(self.excerpt_lines)
        if self.instruction:
            messages = [{"role": "system", "content": self.instruction}, *messages]
        order = {"model": model, "messages": messages, "temperature": 0, "max_tokens": self.max_tokens, "stream": False}
        answer = self._ask(_COMPLETIONS, order)
        text = _text_of(answer)
        if text is None:
            shown = json.dumps(answer, ensure_ascii=False)[:120]
            raise self._failure(f"the answer holds no choices[0].message: {shown}", _COMPLETIONS, _NOT_A_SERVER)
        return text

    def _only_model(self) -> str:
        answer = self._ask(_MODELS)
        listed = answer.get("data") if isinstance(answer, dict) else None
        items = listed if isinstance(listed, list) else []
        models = [str(item["id"]) for item in items if isinstance(item, dict) and "id" in item]
        if len(models) == 1:
            return models[0]
        names = ", ".join(models[:5]) + (", …" if len(models) > 5 else "")
        found = f"{len(models)} models ({names})" if models else "no models"
        fix = f"add the model's name: {self.url}#MODEL"
        raise self._failure(f"the server offers {found}, and none was named", _MODELS, fix)

    def _address(self, path: str) -> str:
        """The full address of one of the server's paths, without the model's name."""
        return urllib.parse.urldefrag(self.url).url.rstrip("/").removesuffix(_COMPLETIONS) + path

    def _ask(self, path: str, order: Mapping[str, object] | None = None) -> JSON:
        """The server's answer as JSON, asked for again while the failure may pass."""
        attempt = 0
        while True:
            try:
                return self._parsed(self._send(path, order), path)
            except urllib.error.HTTPError as error:
                failure, wait, temporary = self._refused(error, path), _asked_to_wait(error.headers), error.code in _TEMPORARY
            except (OSError, http.client.HTTPException) as error:  # URLError and time-outs are OSErrors
                reason = getattr(error, "reason", None) or error
                failure, wait = self._unreached(reason, path), 0.0
                temporary = not isinstance(reason, ssl.SSLCertVerificationError)
            if not temporary or attempt >= self.patience.retries:
                raise failure
            time.sleep(min(max(wait, self.patience.pause * 2**attempt), _LONGEST_WAIT))
            attempt += 1

    def _send(self, path: str, order: Mapping[str, object] | None) -> bytes:
        headers = {"Accept": "application/json", "User-Agent": "docgen"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = None
        if order is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(order).encode()
        request = urllib.request.Request(self._address(path), data=body, headers=headers)
        opener = urllib.request.build_opener(_NoRedirect)
        with opener.open(request, timeout=self.patience.timeout) as response:
            content: bytes = response.read(_LARGEST_ANSWER + 1)
        if len(content) > _LARGEST_ANSWER:
            raise self._failure(f"an answer of more than {_LARGEST_ANSWER:,} bytes", path, _NOT_A_SERVER)
        if response.length:  # what is missing; reading with a limit does not complain of it
            raise http.client.IncompleteRead(content, response.length)
        return content

    def _parsed(self, content: bytes, path: str) -> JSON:
        try:
            answer: JSON = json.loads(content)
        except (ValueError, RecursionError) as error:
            start = " ".join(content[:80].decode("utf-8", "replace").split())
            raise self._failure(f"the answer is not JSON: {start!r}", path, _NOT_A_SERVER) from error
        return answer

    def _refused(self, error: urllib.error.HTTPError, path: str) -> DocgenError:
        """A status that is no success, with what the server said of it."""
        with error:
            try:
                said = " ".join(error.read(2000).decode("utf-8", "replace").split())[:300]
            except (OSError, http.client.HTTPException):
                said = ""
        fixes = {
            401: f"set {KEY_VARIABLE} to a valid key",
            403: f"set {KEY_VARIABLE} to a key that may use this model",
            404: f"check the path (it ends in /v1 for most servers) and the model's name ({self.name})",
            429: "wait, or ask for a higher limit",
        }
        target = error.headers.get("Location") if 300 <= error.code < 400 else None
        fix = f"use the address it points to: {target}" if target else fixes.get(error.code, "see the server's log")
        return self._failure(f"the server answered {error.code} {error.reason}{': ' + said if said else ''}", path, fix)

    def _unreached(self, reason: object, path: str) -> DocgenError:
        if isinstance(reason, TimeoutError):
            return self._failure(f"no answer within {self.patience.timeout:g} seconds", path, "give the server more time")
        shown = str(reason) or type(reason).__name__
        return self._failure(f"the server cannot be reached: {shown}", path, "start the server, or check the address")

    def _failure(self, what: str, path: str, fix: str) -> DocgenError:
        """The error to raise; servers like to quote the key that they refuse, so it is taken out."""
        if len(self._key) >= _SHORTEST_KEY:
            what, fix = what.replace(self._key, "***"), fix.replace(self._key, "***")
        return DocgenError(what, self._address(path), fix)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves redirects to the caller: following one would hand the key to another host."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def _asked_to_wait(headers: Message) -> float:
    """The seconds of a Retry-After header; 0 where there is none or it holds a date."""
    value = headers.get("Retry-After", "") if headers else ""
    return float(value) if re.fullmatch(r"\d{1,6}(\.\d+)?", value.strip()) else 0.0


def _text_of(answer: JSON) -> str | None:
    """The text of a completion, None where it holds none. One that broke off for its length ends at its last whole sentence."""
    choices = answer.get("choices") if isinstance(answer, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return None
    content = message.get("content")
    text = _THOUGHT.sub("", content).strip() if isinstance(content, str) else ""
    if choice.get("finish_reason") == "length":
        whole = None if text.startswith("<think>") else _WHOLE_SENTENCES.match(text)
        return whole.group(0) if whole else ""
    return text
