"""Idempotency keys, so that a repeated request is carried out once."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

DEFAULT_TTL_SECONDS = 86_400
KEY_PATTERN = re.compile(r"[A-Za-z0-9_-]{8,64}")


class KeyConflictError(Exception):
    """Raised when a key comes back with a different payload."""


class KeyInFlightError(Exception):
    """Raised when a key is used while its first request still runs."""


@dataclass
class Entry:
    """State of one key.

    :param digest: Fingerprint of the payload.
    :param created: Reading of the clock when the key was first used.
    :param done: Whether the request has been completed.
    :param result: What the request left for later repetitions.
    """

    digest: str
    created: float
    done: bool = False
    result: Any = None


def fingerprint(payload: dict[str, Any]) -> str:
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class IdempotencyStore:
    """Keys and their entries, held in memory.

    :param ttl: Seconds for which a completed entry is kept.
    :param clock: Returns the current time in seconds.
    """

    def __init__(self, *, ttl: float = DEFAULT_TTL_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        if ttl <= 0:
            raise ValueError(f"ttl must be positive, got {ttl}")
        self.ttl = ttl
        self._clock = clock
        self._entries: dict[str, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def purge(self) -> int:
        """Drop completed entries older than ``ttl`` and count them."""
        limit = self._clock() - self.ttl
        stale = [key for key, entry in self._entries.items() if entry.done and entry.created < limit]
        for key in stale:
            del self._entries[key]
        return len(stale)

    @contextmanager
    def guard(self, key: str, payload: dict[str, Any]) -> Iterator[Entry]:
        """Hold a key while a request is carried out.

        The block finds ``done`` false on the first use of the key and is
        to set ``result``.  On a repetition it finds ``done`` true and the
        earlier ``result``.  If the block fails, the key becomes free again.

        :param key: Chosen by the client.
        :param payload: The request, to tell repetition from misuse.
        """
        if not KEY_PATTERN.fullmatch(key):
            raise ValueError(f"malformed idempotency key: {key!r}")
        self.purge()
        digest = fingerprint(payload)
        entry = self._entries.get(key)
        if entry is not None:
            if entry.digest != digest:
                raise KeyConflictError(f"key {key!r} was used for another payload")
            if not entry.done:
                raise KeyInFlightError(f"key {key!r} is in use")
            yield entry
            return
        entry = self._entries[key] = Entry(digest, self._clock())
        try:
            yield entry
        except BaseException:
            del self._entries[key]
            raise
        entry.done = True
