"""A chat completions server on loopback that answers as each test says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from docgen.brief import Brief
from docgen.facts import Fact
from docgen.writers.server import Patience, ServerWriter

HASTY = Patience(timeout=5, retries=3, pause=0.01)
KEY = "sk-a-secret-of-the-test"


@dataclass
class Request:
    """What the server was asked."""

    path: str
    headers: Mapping[str, str]
    body: Any
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Reply:
    """What the server answers: a JSON value, or bytes as they are; nothing at all where `hangs_up`."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    after: float = 0.0


def said(text: str | None, finish_reason: str = "stop") -> Reply:
    return Reply({"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": finish_reason}]})


Answering = Callable[[Request, int], Reply]


@contextmanager
def serving(answering: Answering) -> Iterator[tuple[str, list[Request]]]:
    """A server's base address and the requests that it got; `answering` is given each with its number, from 0."""
    requests: list[Request] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            content = self.rfile.read(length)
            request = Request(self.path, dict(self.headers), json.loads(content) if content else None)
            with lock:
                number = len(requests)
                requests.append(request)
            self.reply(answering(request, number))

        do_POST = do_GET

        def reply(self, reply: Reply) -> None:
            time.sleep(reply.after)
            if reply.hangs_up:
                self.close_connection = True
                return
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(body)), **reply.headers}.items():
                self.send_header(name, value)
            with suppress(ConnectionError):  # who asked may have given up
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def writer(url: str, *, patience: Patience = HASTY, key: str = "", **options: Any) -> ServerWriter:
    return ServerWriter(url, patience=patience, environment={"DOCGEN_API_KEY": key} if key else {}, **options)


def brief(name: str = "load") -> Brief:
    facts = (Fact("kind", "function"), Fact("doc", f"Loads the {name}."))
    return Brief("introduction", "Introduction", f"pkg.{name}", facts, f"def {name}(): ...")
