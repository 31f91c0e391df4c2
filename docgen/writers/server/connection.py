"""One server over HTTP: JSON asked for and answered, again while a failure may pass.

In: an address, a key from the environment, paths and orders. Out: the server's JSON, or a DocgenError. The key stands in one
header and in no message. One reason to change: how servers fail.
"""

from __future__ import annotations

import email.utils
import http.client
import json
import random
import re
import socket
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import IO

from docgen.facts import JSON
from docgen.report import DocgenError, InputError

KEY_VARIABLE = "DOCGEN_API_KEY"
COMPLETIONS, MODELS = "/chat/completions", "/models"
NOT_A_SERVER = "check that this is a chat completions server"
_SHORTEST_KEY = 8  # characters of a real one; local servers take words like `none`
_LARGEST_ANSWER = 4_000_000  # bytes; a section is a few hundred words
_LARGEST_COMPLAINT = 20_000  # bytes of an answer that is none
_LONGEST_WAIT = 60.0  # seconds; a server that asks for more is not waited for longer
_TOLD_FROM = 2.0  # seconds; shorter pauses are not worth a line
_MOST_TO_CONNECT = 10.0  # seconds; a server that is there takes a connection at once, however long it writes
_JITTER = 0.25  # share by which a pause may be longer, so that workers refused together do not come back together
_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")  # what OpenSSL says of a plain answer
_SLOW_TRIES = 2  # a request that takes longer than the time-out once and again will take so a third time
_TOO_LONG = re.compile(
    r"context.{0,40}(?:length|size|window)|(?:length|size) of the context|max_new_tokens|too long", re.I | re.S
)
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to ask: `timeout` and `pause` in seconds; the pause doubles with each of `retries`."""

    timeout: float = 120.0
    retries: int = 4
    pause: float = 1.0


class Refused(DocgenError):
    """An order that the server will not have, with its `status`: it would not have it another time either."""

    def __init__(self, what: str, where: str, fix: str, status: int) -> None:
        super().__init__(what, where, fix)
        self.status = status

    @property
    def is_too_long(self) -> bool:
        """Whether the server says that the prompt and its answer do not fit the model's context."""
        return self.status in (400, 413, 422) and _TOO_LONG.search(self.what) is not None


@dataclass(frozen=True)
class Connection:
    """A server at `url`, with or without `/chat/completions` and `#MODEL`. `stopped`, once set, ends every wait: another
    request has failed for good, and the run with it. `tell` hears of every longer wait.

    Raises InputError for an address that is none, or a key that cannot stand in a header.
    """

    url: str
    patience: Patience
    environment: Mapping[str, str] = field(repr=False)
    stopped: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)
    tell: Callable[[str], object] = field(default=lambda message: None, repr=False, compare=False)
    told: set[str] = field(default_factory=set, repr=False, compare=False)

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
    def named_model(self) -> str:
        """The model that the address names; empty where it names none."""
        return urllib.parse.urlsplit(self.url).fragment

    @property
    def base(self) -> str:
        """The address below which the server's paths lie."""
        return urllib.parse.urldefrag(self.url).url.rstrip("/").removesuffix(COMPLETIONS)

    def model(self) -> str:
        """The model that the address names, or the only one that the server has. Raises DocgenError where it has several."""
        if self.named_model:
            return self.named_model
        answer = self.ask(MODELS)
        listed = answer.get("data") if isinstance(answer, dict) else None
        items = listed if isinstance(listed, list) else []
        models = [str(item["id"]) for item in items if isinstance(item, dict) and "id" in item]
        if len(models) == 1:
            return models[0]
        names = ", ".join(models[:5]) + (", …" if len(models) > 5 else "")
        found = f"{len(models)} models ({names})" if models else "no models"
        fix = f"add the model's name: {self.url}#MODEL"
        raise self.failure(f"the server offers {found}, and none was named", MODELS, fix)

    def ask(self, path: str, order: Mapping[str, object] | None = None) -> JSON:
        """The server's answer as JSON, asked for again while the failure may pass. Raises Refused for an order that the server
        will not have, another DocgenError where it cannot be reached or does not answer as it should."""
        attempt = 0
        while True:
            try:
                return self._parsed(self._send(path, order), path)
            except urllib.error.HTTPError as error:
                failure: DocgenError = self._refused(error, path)
                wait, most = asked_to_wait(error.headers), self.patience.retries if error.code in _TEMPORARY else 0
            except (OSError, http.client.HTTPException) as error:  # URLError and time-outs are OSErrors
                reason = getattr(error, "reason", None) or error
                failure, wait, most = self._unreached(reason, path), 0.0, self._retries(reason)
            if attempt >= most:
                raise failure
            pause = self.patience.pause * 2**attempt * random.uniform(1, 1 + _JITTER)
            pause = min(max(wait, pause), _LONGEST_WAIT)
            if pause >= _TOLD_FROM and (said := f"{failure.what} ({attempt + 1})") not in self.told:
                self.told.add(said)  # once, not by each worker
                self.tell(f"{failure.what}; asking again in {pause:.0f} seconds")
            if self.stopped.wait(pause):
                raise failure
            attempt += 1

    def _retries(self, reason: object) -> int:
        """How often to ask again after what kept a request from its answer."""
        is_unknown = isinstance(reason, socket.gaierror) and reason.errno != socket.EAI_AGAIN
        if is_unknown or isinstance(reason, ssl.SSLCertVerificationError) or _is_plain_http(reason):
            return 0  # it would be so another time too
        return min(_SLOW_TRIES - 1, self.patience.retries) if isinstance(reason, TimeoutError) else self.patience.retries

    def failure(self, what: str, path: str, fix: str) -> DocgenError:
        """The error to raise, without the key: servers like to quote one that they refuse."""
        return DocgenError(self._without_key(what), self.base + path, self._without_key(fix))

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "***") if len(self._key) >= _SHORTEST_KEY else text

    def _send(self, path: str, order: Mapping[str, object] | None) -> bytes:
        headers = {"Accept": "application/json", "User-Agent": "docgen"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = None
        if order is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(order).encode()
        request = urllib.request.Request(self.base + path, data=body, headers=headers)
        opener = urllib.request.build_opener(_NoRedirect, _Plain, _Secure)
        with opener.open(request, timeout=self.patience.timeout) as response:
            content: bytes = response.read(_LARGEST_ANSWER + 1)
        if len(content) > _LARGEST_ANSWER:
            raise self.failure(f"an answer of more than {_LARGEST_ANSWER:,} bytes", path, NOT_A_SERVER)
        if response.length:  # what is missing; reading with a limit does not complain of it
            raise http.client.IncompleteRead(content, response.length)
        return content

    def _parsed(self, content: bytes, path: str) -> JSON:
        try:
            answer: JSON = json.loads(content)
        except (ValueError, RecursionError) as error:
            start = " ".join(content[:80].decode("utf-8", "replace").split())
            raise self.failure(f"the answer is not JSON: {start!r}", path, NOT_A_SERVER) from error
        return answer

    def _refused(self, error: urllib.error.HTTPError, path: str) -> Refused:
        """A status that is no success, with what the server said of it."""
        with error:
            try:
                said = " ".join(_message_in(error.read(_LARGEST_COMPLAINT)).split())
            except (OSError, http.client.HTTPException):
                said = ""
        said = self._without_key(said)[:300]  # first whole, then cut: half a key is a part of one
        fixes = {
            401: f"set {KEY_VARIABLE} to a valid key",
            403: f"set {KEY_VARIABLE} to a key that may use this model",
            404: f"check the path (it ends in /v1 for most servers) and the model's name ({self.named_model or 'none given'})",
            429: "wait, or ask for a higher limit",
        }
        if "max_tokens" in said:
            fixes[400] = "set max_tokens below [server] to what the model's context has room for"
        target = error.headers.get("Location") if 300 <= error.code < 400 else None
        fix = f"use the address it points to: {target}" if target else fixes.get(error.code, "see the server's log")
        what = f"the server answered {error.code} {error.reason}{': ' + said if said else ''}"
        return Refused(self._without_key(what), self.base + path, self._without_key(fix), error.code)

    def _unreached(self, reason: object, path: str) -> DocgenError:
        if isinstance(reason, _NoConnectionError):
            fix = "start the server, or check the address: the host, the port, and http:// or https://"
            return self.failure(str(reason), path, fix)
        if isinstance(reason, TimeoutError):
            fix = "give the server more time: --timeout SECONDS; or ask for less at once: --workers N"
            return self.failure(f"no answer within {self.patience.timeout:g} seconds", path, fix)
        if _is_plain_http(reason):
            return self.failure("the server does not speak HTTPS", path, "write the address with http://")
        shown = (reason.strerror if isinstance(reason, OSError) else "") or str(reason) or type(reason).__name__
        return self.failure(f"the server cannot be reached: {shown}", path, "start the server, or check the address")


def _message_in(content: bytes) -> str:
    """What an answer that is none says: the message in its JSON, as the servers nest it, or all of it."""
    text = content.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    for name in ("error", "detail", "message"):
        if isinstance(found, dict) and isinstance(found.get(name), dict | str):
            found = found[name]
    return found if isinstance(found, str) else text


def _is_plain_http(reason: object) -> bool:
    return isinstance(reason, ssl.SSLError) and reason.reason in _NOT_TLS


class _NoConnectionError(TimeoutError):
    """Nobody took the connection in time, or answered the greeting of TLS."""


class _SoonConnected(http.client.HTTPConnection):
    """A connection that is made soon or not at all; its answers may take longer."""

    def connect(self) -> None:
        whole = self.timeout
        self.timeout = soon = _MOST_TO_CONNECT if whole is None else min(whole, _MOST_TO_CONNECT)
        try:
            super().connect()
        except TimeoutError as error:
            raise _NoConnectionError(f"no connection within {soon:g} seconds") from error
        self.timeout = whole
        self.sock.settimeout(whole)


class _SoonConnectedTLS(_SoonConnected, http.client.HTTPSConnection):
    """The same with TLS, whose greeting counts to the connecting."""


class _Plain(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_SoonConnected, req)


class _Secure(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_SoonConnectedTLS, req)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves redirects to the caller: following one would hand the key to another host."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def asked_to_wait(headers: Message | None) -> float:
    """The seconds until the time of a Retry-After header, which may be a date; 0 where there is none or it has passed."""
    value = (headers.get("Retry-After") or "").strip() if headers else ""
    if re.fullmatch(r"\d{1,6}(\.\d+)?", value):
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0
